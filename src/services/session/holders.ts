import type { Rights } from '../../domain/access/permission.ts';
import type { Membership, User } from '../../domain/directory/user.ts';
import type { Environment } from '../../domain/environment/environment.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { SessionLimits } from '../../domain/session/session-policy.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';
import type { SessionLimiting } from './limits.ts';

/** The settings of the environment that a session depends on. */
export type SessionSettings = Pick<
  Environment,
  | ('id' | 'accessTokenLifetimeSeconds' | 'refreshTokenLifetimeSeconds' | 'cookieSameSite')
  | ('addRolesToJwt' | 'addPermissionsToJwt' | 'jwtTargeting')
>;

/** A user and what decides whether and how long the user may have a session. */
export interface Holder {
  user: User | undefined;
  memberships: Membership[];
  rights: Rights;
  environment: SessionSettings;
  limits: SessionLimits;
}

interface Needs {
  store: Pick<Store, 'environment' | 'users' | 'roles'>;
  clock: Clock;
  sessionLimits: SessionLimiting;
}

/** Creates the reads of what sessions depend on. They may run in an open transaction. */
export function createHolders({ store, clock, sessionLimits }: Needs) {
  const currentEnvironment = async (): Promise<Environment> => (await store.environment.find()) ?? fail('INTERNAL', 'the environment row is missing');

  /** Reads all of it as of now. `held` reads the rights in the tenant, and `limited` the limits there. */
  const holderOf = async (userId: string, held: Promise<Rights>, limited: Promise<SessionLimits>): Promise<Holder> => {
    const [[user], memberships, rights, limits, environment] = await together(
      store.users.findMany([userId]),
      store.users.openMemberships(userId, clock.now()),
      held,
      limited,
      currentEnvironment(),
    );
    return { user, memberships, rights, environment, limits };
  };

  return {
    currentEnvironment,

    /** Returns what a session to be opened in the tenant depends on. */
    ofNew: ({ userId, tenantId }: { userId: string; tenantId: string }): Promise<Holder> =>
      holderOf(userId, store.roles.rightsOf(userId, tenantId), sessionLimits.inTenant(tenantId)),

    /** Returns what a session depends on. */
    inSession: (userId: string, sessionId: string): Promise<Holder> =>
      holderOf(userId, store.roles.rightsInSession(sessionId), sessionLimits.ofSession(sessionId)),

    /** Returns what tokens of a session for another tenant of the user depend on: the rights there, and the limits of the session. */
    inAnotherTenant: (userId: string, sessionId: string, tenantId: string): Promise<Holder> =>
      holderOf(userId, store.roles.rightsOf(userId, tenantId), sessionLimits.ofSession(sessionId)),
  };
}

/** Refuses a holder who may have no session in the tenant. Errors: `ACCOUNT_LOCKED`, and `goneAs` if the user is gone or has left. */
export function requireActive({ user, ...held }: Holder, tenantId: string, goneAs: ErrorCode) {
  if (user === undefined) fail(goneAs);
  if (user.locked) fail('ACCOUNT_LOCKED');
  if (!held.memberships.some((membership) => membership.tenantId === tenantId)) fail(goneAs);
  return { user, ...held };
}
