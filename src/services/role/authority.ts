import type { ApiTokenActor, Caller, UserActor } from '../../domain/access/actor.ts';
import type { Rights } from '../../domain/access/permission.ts';
import { covers } from '../../domain/access/permission.ts';
import type { MembershipWithRoles } from '../../domain/directory/user.ts';
import { fail } from '../../domain/errors.ts';
import type { Role } from '../../domain/role/role.ts';
import type { Store } from '../../domain/store.ts';
import { tenantNamed } from '../access/named-tenant.ts';
import { requirePermission } from '../access/permissions.ts';
import type { RecentFactor } from '../session/recent-factor.ts';
import type { Sessions } from '../session/sessions.ts';

/** Who changes roles, and in which tenant. `rights` is null for the environment token, which may do everything. */
export interface Authority {
  tenantId: string | null;
  rights: Rights | null;
}

interface Needs {
  store: Pick<Store, 'apiTokens' | 'roles' | 'tenants' | 'users' | 'transact'>;
  recentFactor: RecentFactor;
  sessions: Pick<Sessions, 'requireLivingSession'>;
}

/** The rules that `createAuthority` creates. */
export type AuthorityRules = ReturnType<typeof createAuthority>;

/** Whether a user needs a recent second factor for a change. Everything that can weaken MFA needs one. */
export type FactorRule = 'RECENT_FACTOR' | 'NO_RECENT_FACTOR';

/** Creates the rules for everything that changes what somebody may do, or who is in a tenant. */
export function createAuthority({ store, recentFactor, sessions }: Needs) {
  /** Returns what a user or an API token may do now. */
  const rightsOf = async (actor: UserActor | ApiTokenActor): Promise<Rights> =>
    actor.kind === 'API_TOKEN' && actor.userId === null
      ? store.apiTokens.rightsOf(actor.tokenId)
      : store.roles.rightsOf(actor.userId ?? '', actor.tenantId);

  /**
   * Runs `work` in one transaction that has all roles to itself, if the caller has the permission and, if it is a user, the factor that the
   * rule wants. What the user may do is read once more inside the transaction: it may have been taken away since
   * the request came. Errors: `UNAUTHENTICATED`, `FORBIDDEN`, `STEP_UP_REQUIRED`, and those of `work`.
   */
  const withAuthority = async <T>(
    caller: Caller,
    permission: string,
    work: (authority: Authority) => Promise<T>,
    factor: FactorRule = 'RECENT_FACTOR',
  ): Promise<T> => {
    const actor = requirePermission(caller.actor, permission);
    if (factor === 'RECENT_FACTOR') await recentFactor.requireRecentFactor(caller);
    return store.transact('SETTINGS', async () => {
      const { tenantId } = actor;
      if (actor.kind === 'ENVIRONMENT') return work({ tenantId, rights: null });
      await sessions.requireLivingSession(actor);
      const rights = await rightsOf(actor);
      if (!rights.permissions.some((granted) => covers(granted, permission))) fail('FORBIDDEN');
      return work({ tenantId, rights });
    });
  };

  return {
    withAuthority,

    /**
     * Returns the tenant to act in: the named one, or with null the one in force.
     * Errors: `TENANT_NOT_FOUND`, `TENANT_HEADER_REQUIRED`, `FORBIDDEN`.
     */
    async tenantOf({ tenantId, rights }: Authority, named: string | null): Promise<string> {
      const wanted = named ?? tenantId ?? fail('TENANT_HEADER_REQUIRED');
      // Whoever has rights of their own has a session or a token, which ends with the tenant. The header of the environment was looked up before
      // the transaction, and the tenant may have been deleted since.
      return named === null && rights !== null ? wanted : tenantNamed(store, tenantId, wanted);
    },

    /**
     * Returns the membership of somebody to act on, who is not more powerful than the caller. Runs in the transaction of `withAuthority`.
     * Errors: `USER_NOT_FOUND`, `ROLE_LEVEL_TOO_LOW`.
     */
    async memberOf(authority: Authority, userId: string, tenantId: string): Promise<MembershipWithRoles> {
      const member = (await store.users.membershipsWithRoles([userId])).find((membership) => membership.tenantId === tenantId);
      if (member === undefined) fail('USER_NOT_FOUND');
      const { level } = await store.roles.rightsOf(userId, tenantId);
      if (level !== null) requireLevel(authority, level);
      return member;
    },
  };
}

/** Whether somebody with these rights may give, take or change a role of this level: one that is no more powerful than the own ones. */
export const reachesLevel = (rights: Rights, level: number): boolean => rights.level !== null && level >= rights.level;

/** Refuses a user who would give, take or change a role that is more powerful than the user's own ones. Errors: `ROLE_LEVEL_TOO_LOW`. */
export function requireLevel({ rights }: Authority, level: number): void {
  if (rights !== null && !reachesLevel(rights, level)) fail('ROLE_LEVEL_TOO_LOW');
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
