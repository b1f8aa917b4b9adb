import { maxInteger } from '../bounds.ts';

/** The limits of a session policy. The two fields of a limit are set together, and null while it was never set. */
export interface SessionPolicyFields {
  /** Whether a session ends when it was not refreshed for `idleTimeoutSeconds`. */
  idleTimeoutEnabled: boolean | null;
  /** 60 to 2073600. */
  idleTimeoutSeconds: number | null;
  /** Whether a session ends `absoluteTimeoutSeconds` after its login, however often it is refreshed. */
  absoluteTimeoutEnabled: boolean | null;
  /** 60 or more. */
  absoluteTimeoutSeconds: number | null;
  /** Whether a user has at most `maxSessions` sessions in a tenant. */
  maxSessionsEnabled: boolean | null;
  /** 1 or more. */
  maxSessions: number | null;
}

/** The limits of sessions that the environment or a tenant has set. A value is kept while its limit is off. */
export interface SessionPolicy extends SessionPolicyFields {
  id: string;
  tenantId: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A policy that sets nothing. */
export const noSessionPolicy: SessionPolicyFields = {
  ...{ idleTimeoutEnabled: null, idleTimeoutSeconds: null },
  ...{ absoluteTimeoutEnabled: null, absoluteTimeoutSeconds: null },
  ...{ maxSessionsEnabled: null, maxSessions: null },
};

/** Bounds of an idle timeout in seconds, as Frontegg documents them. */
export const idleTimeoutBounds = { minSeconds: 60, maxSeconds: 2_073_600 } as const;
/** Bounds of an absolute timeout in seconds. */
export const absoluteTimeoutBounds = { minSeconds: 60, maxSeconds: maxInteger } as const;
/** Bounds of the number of sessions. */
export const maxSessionsBounds = { min: 1, max: maxInteger } as const;

/** The limits that apply to a session. Null where there is none. */
export interface SessionLimits {
  idleTimeoutSeconds: number | null;
  absoluteTimeoutSeconds: number | null;
  maxSessions: number | null;
}

const smallest = (values: readonly (number | null)[]): number | null => {
  const set = values.filter((value) => value !== null);
  return set.length === 0 ? null : Math.min(...set);
};

/**
 * Returns the limits that apply where these policies are in force together, that of the environment and that of a tenant. Of each limit the
 * strictest wins, so that no tenant can weaken what the environment demands.
 */
export const strictestLimits = (policies: readonly SessionPolicyFields[]): SessionLimits => ({
  idleTimeoutSeconds: smallest(policies.map((policy) => (policy.idleTimeoutEnabled ? policy.idleTimeoutSeconds : null))),
  absoluteTimeoutSeconds: smallest(policies.map((policy) => (policy.absoluteTimeoutEnabled ? policy.absoluteTimeoutSeconds : null))),
  maxSessions: smallest(policies.map((policy) => (policy.maxSessionsEnabled ? policy.maxSessions : null))),
});

/** Returns the end of a session that was opened at `createdAt` and would otherwise end at `expiresAt`. */
export function endUnder({ absoluteTimeoutSeconds }: SessionLimits, { createdAt, expiresAt }: { createdAt: Date; expiresAt: Date }): Date {
  if (absoluteTimeoutSeconds === null) return expiresAt;
  return new Date(Math.min(expiresAt.getTime(), createdAt.getTime() + absoluteTimeoutSeconds * 1000));
}

/** Stores session policies, at most one for each owner. */
export interface SessionPolicyRepository {
  /** Returns the policies of the owners that have one. */
  findMany(owners: readonly (string | null)[]): Promise<SessionPolicy[]>;
  /** Returns the policies that are in force for the session: that of the environment and that of its tenant. */
  ofSession(sessionId: string): Promise<SessionPolicy[]>;
  /** The same for the session of a refresh token. */
  ofRefreshToken(tokenHash: string): Promise<SessionPolicy[]>;
  /** Creates the policy. False if the owner has one already. */
  create(policy: SessionPolicy): Promise<boolean>;
  /** Changes the given fields. Null if the owner has no policy. */
  update(owner: string | null, change: Partial<SessionPolicyFields>, now: Date): Promise<SessionPolicy | null>;
  /** Removes the policy of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
