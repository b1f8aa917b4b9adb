import type { Caller } from '../../domain/access/actor.ts';
import type { Rights } from '../../domain/access/permission.ts';
import { covers } from '../../domain/access/permission.ts';
import { fail } from '../../domain/errors.ts';
import type { Role } from '../../domain/role/role.ts';
import type { Store } from '../../domain/store.ts';
import { requirePermission } from '../access/permissions.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';

/** Who changes roles, and in which tenant. `rights` is null for the environment token, which may do everything. */
export interface Authority {
  tenantId: string | null;
  rights: Rights | null;
}

interface Needs {
  store: Pick<Store, 'roles' | 'transact'>;
  recentFactor: RecentFactor;
  sessions: Pick<Sessions, 'requireLivingSession'>;
}

/** The rule that `createAuthority` creates. */
export type WithAuthority = ReturnType<typeof createAuthority>;

/** Whether a user needs a recent second factor for a change. Everything that can weaken MFA needs one. */
type FactorRule = 'RECENT_FACTOR' | 'NO_RECENT_FACTOR';

/** Creates the rule for everything that changes what somebody may do. */
export function createAuthority({ store, recentFactor, sessions }: Needs) {
  /**
   * Runs `work` in one transaction that has all roles to itself, if the caller has the permission and, if it is a user, the factor that the
   * rule wants. What the user may do is read once more inside the transaction: it may have been taken away since
   * the request came. Errors: `UNAUTHENTICATED`, `FORBIDDEN`, `STEP_UP_REQUIRED`, and those of `work`.
   */
  return async function withAuthority<T>(
    caller: Caller,
    permission: string,
    work: (authority: Authority) => Promise<T>,
    factor: FactorRule = 'RECENT_FACTOR',
  ): Promise<T> {
    const actor = requirePermission(caller.actor, permission);
    if (factor === 'RECENT_FACTOR') await recentFactor.requireRecentFactor(caller);
    return store.transact('SETTINGS', async () => {
      const { tenantId } = actor;
      if (actor.kind === 'ENVIRONMENT') return work({ tenantId, rights: null });
      await sessions.requireLivingSession(actor);
      const rights = await store.roles.rightsOf(actor.userId, actor.tenantId);
      if (!rights.permissions.some((granted) => covers(granted, permission))) fail('FORBIDDEN');
      return work({ tenantId, rights });
    });
  };
}

/** Refuses a user who would give, take or change a role that is more powerful than the user's own ones. Errors: `ROLE_LEVEL_TOO_LOW`. */
export function requireLevel({ rights }: Authority, level: number): void {
  if (rights !== null && (rights.level === null || level < rights.level)) fail('ROLE_LEVEL_TOO_LOW');
}

/** Whether the caller sees the role: one of the environment, or of the tenant in force. Without a tenant, the environment token sees all. */
export const seesRole = (tenantId: string | null, role: Role): boolean => tenantId === null || role.tenantId === null || role.tenantId === tenantId;

/**
 * Refuses a change of a role that the caller may not change: a user changes only roles of the tenant in force, and no more powerful ones.
 * Errors: `ROLE_NOT_FOUND`, `FORBIDDEN`, `ROLE_LEVEL_TOO_LOW`.
 */
export function requireOwnRole(authority: Authority, role: Role | undefined): Role {
  if (role === undefined || !seesRole(authority.tenantId, role)) fail('ROLE_NOT_FOUND');
  if (authority.rights !== null && role.tenantId === null) fail('FORBIDDEN');
  requireLevel(authority, role.level);
  return role;
}
