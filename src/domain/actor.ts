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
}

export const nobody: Nobody = { kind: 'NOBODY' };

/** Where a request came from, for the audit trail. */
export interface Origin {
  address: string;
  userAgent: string;
  requestId: string;
}
