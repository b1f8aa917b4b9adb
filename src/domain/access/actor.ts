/** Who asks. Below the transports nobody knows by which token. */
export type Actor = Nobody | EnvironmentActor | UserActor;

export interface Nobody {
  kind: 'NOBODY';
}

/** Holder of the environment token; `tenantId` is the tenant the call acts in, null for the whole environment. */
export interface EnvironmentActor {
  kind: 'ENVIRONMENT';
  tenantId: string | null;
}

/** A logged-in user; `tenantId` is the tenant in force, one of `tenantIds`. */
export interface UserActor {
  kind: 'USER';
  userId: string;
  sessionId: string;
  tenantId: string;
  tenantIds: string[];
  /** In the tenant in force. */
  permissions: string[];
  /** When this session last proved a factor that raises it to multi-factor; null when it never did. */
  mfaProvenAt: Date | null;
  /** What the access token presented says of it; null when the token is not elevated. */
  tokenMfa: MfaProof | null;
}

/** What raises an access token to multi-factor; absent after a refresh, an e-mail code or a remembered device. */
export interface MfaProof {
  amr: string[];
  at: Date;
}

export const nobody: Nobody = { kind: 'NOBODY' };

/** The surface a request came by. */
export type Transport = 'GRAPHQL' | 'REST';

/** Where a request came from, for the audit trail and for rules that unmodified clients of one surface cannot keep. */
export interface Origin {
  /** Absent where nobody's request caused it. */
  transport?: Transport;
  address: string;
  userAgent: string;
  requestId: string;
}

/** Who asks, and from where: the first argument of every use case. */
export interface Caller<A extends Actor = Actor> {
  actor: A;
  origin: Origin;
}
