import type { ClientAddress } from './client-address.ts';
import type { Rights } from './permission.ts';

/** Who sends a request, as its token tells. The token itself stays in the transports. */
export type Actor = Nobody | TokenHolder;

/** Whoever sends a valid token of any kind. */
export type TokenHolder = EnvironmentActor | UserActor | ApiTokenActor;

/** A caller without a token. */
export interface Nobody {
  kind: 'NOBODY';
}

/** The holder of an environment token. `tenantId` is the tenant the call acts in, or null for the whole environment. */
export interface EnvironmentActor {
  kind: 'ENVIRONMENT';
  tenantId: string | null;
}

/** A logged-in user. `tenantId` is the tenant the call acts in, one of `tenantIds`. */
export interface UserActor {
  kind: 'USER';
  userId: string;
  sessionId: string;
  tenantId: string;
  tenantIds: string[];
  /** What the user may do in the tenant `tenantId`, as the tables say now. */
  rights: Rights;
  /** When this session last proved a factor that satisfies MFA. Null if it never did. */
  mfaProvenAt: Date | null;
  /** The proof of MFA in the access token of this request. Null if the token contains none. */
  tokenMfa: MfaProof | null;
}

/**
 * The holder of the JWT of an API token. It acts in the tenant of the token alone. It has no session and has never proven a factor, and the
 * settings of MFA are closed to it.
 */
export interface ApiTokenActor {
  kind: 'API_TOKEN';
  /** The client id of the token. */
  tokenId: string;
  tenantId: string;
  /** The user to whom the token belongs. Null for a token of the tenant itself. */
  userId: string | null;
  /** What the token may do, as the tables say now: for a user's token what the user may do in the tenant. */
  rights: Rights;
}

/** Proof in an access token that MFA was satisfied. Tokens from a refresh, an e-mail code or a remembered device have none. */
export interface MfaProof {
  amr: string[];
  at: Date;
}

/** The caller without a token. */
export const nobody: Nobody = { kind: 'NOBODY' };

/** The API that a request used, or the pages of hosted login, which a person uses. */
export type Transport = 'GRAPHQL' | 'PAGE' | 'REST';

/** Where a request came from. It goes into the audit trail, and some rules apply to one transport only. */
export interface Origin {
  /** Absent if no request caused the action. */
  transport?: Transport;
  address: ClientAddress;
  userAgent: string;
  requestId: string;
}

/** The actor of a request and its origin. It is the first argument of every use case. */
export interface Caller<A extends Actor = Actor> {
  actor: A;
  origin: Origin;
}
