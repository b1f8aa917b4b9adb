import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import { fail, InvalidInput } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { requireEnvironment, userIdOf, writeEnableDisable, writeUsers } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { useCases } from '../audit/use-case.ts';
import type { AuthorityRules } from '../role/authority.ts';
import type { RolesForMember } from '../role/roles-for-member.ts';
import type { RevokeInTenant } from '../session/revocation.ts';
import type { MembershipEnd } from './membership-end.ts';
import type { Users } from './users.ts';
import { asActedOn } from './visibility.ts';

/** A member of a tenant. A null tenant is the one that the caller acts in. */
export interface NamedMember {
  userId: string;
  tenantId: string | null;
}

interface Needs {
  store: Pick<Store, 'users' | 'transact'>;
  clock: Clock;
  users: Pick<Users, 'findOne'>;
  rolesForMember: RolesForMember;
  authority: AuthorityRules;
  membershipEnd: MembershipEnd;
  revokeInTenant: RevokeInTenant;
  audit: Audit;
}

/** Errors of each use case. */
export const membershipErrors = {
  join: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND'],
  setActiveTenant: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND'],
  moveAll: ['INVALID_INPUT', 'TENANT_NOT_FOUND'],
  disable: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW'],
  enable: ['USER_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW'],
  setExpiry: ['INVALID_INPUT', 'USER_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW'],
} as const;

/**
 * Creates the service that changes who is in which tenant, and whether a member can enter it. Whoever joins a tenant meets its policies at the
 * next login there.
 */
export function createMemberships({ store, clock, users, rolesForMember, authority, membershipEnd, revokeInTenant, audit }: Needs) {
  const { withAuthority, tenantOf, memberOf } = authority;

  /** Returns the tenant that the environment token means. Errors: `TENANT_NOT_FOUND`, `FORBIDDEN` if the token acts in another one. */
  const tenantNamed = async ({ actor }: Caller, named: string): Promise<string> => tenantOf({ ...requireEnvironment(actor), rights: null }, named);

  /** Returns the user as the caller may read them. */
  const userOf = async ({ actor }: Caller, userId: string): Promise<User> =>
    asActedOn(store, actor, (await store.users.findMany([userId]))[0] ?? fail('USER_NOT_FOUND'));

  /** Disables or enables a member, and records it if anything changed. Returns the user. */
  const setDisabled = (caller: Caller, { userId, tenantId: named }: NamedMember, disabled: boolean): Promise<User> =>
    withAuthority(
      caller,
      writeEnableDisable,
      async (by) => {
        const tenantId = await tenantOf(by, named);
        if (userIdOf(caller.actor) === userId) fail('FORBIDDEN');
        await memberOf(by, userId, tenantId);
        const changed = await store.users.setDisabled(userId, tenantId, disabled);
        // Also where nothing changed, for a session that a login under way has opened since.
        if (disabled) await revokeInTenant(tenantId, userId);
        if (changed) await audit(disabled ? 'USER_DISABLED' : 'USER_ENABLED', caller, { userId, tenantId });
        return userOf(caller, userId);
      },
      'NO_RECENT_FACTOR',
    );

  return useCases(audit, 'REQUEST_REFUSED', membershipErrors, {
    /**
     * Makes the user a member of the tenant, with the roles for new members.
     * Who is one already stays as they are; who was invited has joined then.
     */
    async join(caller: Caller, { userId, tenantId: named }: { userId: string; tenantId: string }): Promise<User> {
      requireEnvironment(caller.actor);
      return store.transact('SETTINGS', async () => {
        const tenantId = await tenantNamed(caller, named);
        // A user of no tenant that the header allows is to be added to it, so the user is looked for in the whole environment.
        const user = await users.findOne({ kind: 'ENVIRONMENT', tenantId: null }, userId);
        const roleIds = await rolesForMember(tenantId, []);
        const added = await store.users.addMembership({ userId, tenantId, roleIds, createdAt: clock.now() });
        if (added || (await store.users.acceptMembership(userId, tenantId))) await audit('USER_JOINED_TENANT', caller, { userId, tenantId });
        return user;
      });
    },

    /** Sets the tenant that the next login of the user enters. Only a tenant that the user can enter is allowed. */
    async setActiveTenant(caller: Caller, { userId, tenantId: named }: { userId: string; tenantId: string }): Promise<User> {
      requireEnvironment(caller.actor);
      return store.transact({ user: userId }, async () => {
        const tenantId = await tenantNamed(caller, named);
        await users.findOne(caller.actor, userId);
        if (!(await store.users.setActiveTenant(userId, tenantId, clock.now()))) fail('FORBIDDEN');
        await audit('TENANT_REQUESTED', caller, { userId, tenantId });
        return users.findOne(caller.actor, userId);
      });
    },

    /**
     * Moves all members of a tenant to another one and returns how many there were. They lose the roles of the first tenant and keep those of
     * the environment; who is in both keeps the membership in the second one as it is. All sessions in the first tenant end.
     */
    async moveAll(caller: Caller, { fromTenantId, toTenantId }: { fromTenantId: string; toTenantId: string }): Promise<number> {
      requireEnvironment(caller.actor);
      return store.transact('SETTINGS', async () => {
        const from = await tenantNamed(caller, fromTenantId);
        const to = await tenantNamed(caller, toTenantId);
        if (from === to) throw new InvalidInput([{ path: ['targetTenantId'], message: 'targetTenantId must be another tenant' }]);
        await revokeInTenant(from, null);
        const moved = await store.users.moveMembers(from, to, clock.now());
        await audit('TENANT_USERS_MOVED', caller, { tenantId: from, reason: `${moved} to ${to}` });
        return moved;
      });
    },

    /** Keeps a member out of the tenant until `enable`. Their sessions in it end; in other tenants nothing changes. Repeating it is no error. */
    disable: (caller: Caller, member: NamedMember): Promise<User> => setDisabled(caller, member, true),

    /** Lets a member that was disabled in again. Repeating it is no error. */
    enable: (caller: Caller, member: NamedMember): Promise<User> => setDisabled(caller, member, false),

    /**
     * Sets in how many seconds the membership ends by itself, or with null that it does not. Then the user is refused at once, and the next
     * cleanup removes the membership as if somebody had done it.
     */
    async setExpiry(caller: Caller, { userId, tenantId: named, seconds }: NamedMember & { seconds: number | null }): Promise<User> {
      return withAuthority(
        caller,
        writeUsers,
        async (by) => {
          const tenantId = await tenantOf(by, named);
          const member = await memberOf(by, userId, tenantId);
          const expiresAt = await membershipEnd(seconds);
          if (expiresAt === null && member.expiresAt === null) return userOf(caller, userId);
          await store.users.setExpiry(userId, tenantId, expiresAt);
          await audit('USER_EXPIRY_SET', caller, { userId, tenantId, reason: expiresAt?.toISOString() ?? 'none' });
          return userOf(caller, userId);
        },
        'NO_RECENT_FACTOR',
      );
    },
  });
}
