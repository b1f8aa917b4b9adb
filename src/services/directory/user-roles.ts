import type { Caller } from '../../domain/access/actor.ts';
import type { MembershipWithRoles, User } from '../../domain/directory/user.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import { normalizeEmail } from '../../domain/messaging/email-address.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Role } from '../../domain/role/role.ts';
import { byKey } from '../../domain/role/role.ts';
import type { Store } from '../../domain/store.ts';
import { deleteUsersRoles, readUsers, requireEnvironment, requirePermission, writeUpdateUser, writeUsersRoles } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import type { AuthorityRules } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';
import type { UserName } from './user-lookup.ts';

/** The roles to give to a user, or to take from one. */
export interface UserRolesCommand {
  userId: string;
  /** The tenant in which. Null is the tenant that the caller acts in. */
  tenantId: string | null;
  roleIds: readonly string[];
}

/** What is to change of a member of the tenant in force. */
export interface MemberUpdate {
  user: UserName;
  roleIds: readonly string[] | null;
  profile: Partial<Pick<User, 'name' | 'phoneNumber'>>;
}

/** What a change in several tenants did. */
export interface ChangedRoles {
  userId: string;
  /** Ids of the tenants in which something changed. */
  tenantIds: string[];
  addedRoleIds: string[];
  removedRoleIds: string[];
}

interface Needs {
  store: Pick<Store, 'users' | 'roles'>;
  clock: Clock;
  authority: AuthorityRules;
  audit: Audit;
}

/** Errors of each use case. */
export const userRoleErrors = {
  give: ['USER_NOT_FOUND', 'ROLE_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  take: ['USER_NOT_FOUND', 'ROLE_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  updateMember: [
    ...['USER_NOT_FOUND', 'ROLE_NOT_FOUND', 'TENANT_NOT_FOUND', 'TENANT_HEADER_REQUIRED'],
    ...['ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED'],
  ],
  changeInTenants: ['USER_NOT_FOUND', 'ROLE_NOT_FOUND'],
} as const;

/**
 * Creates the service that gives roles to members of a tenant and takes them away. A user acts on members of the tenant in force, only with
 * roles that are no more powerful than the user's own, and only on members who are no more powerful.
 */
export function createUserRoles({ store, clock, authority: { withAuthority, tenantOf, memberOf }, audit }: Needs) {
  /** Returns roles that members of the tenant can hold. Errors: `ROLE_NOT_FOUND`. */
  const usableRoles = async (tenantId: string | null, roleIds: readonly string[]): Promise<Role[]> => {
    const ids = [...new Set(roleIds)];
    const usable = (await store.roles.findMany(ids)).filter((role) => role.tenantId === null || tenantId === null || role.tenantId === tenantId);
    if (usable.length < ids.length) throw new DomainError('ROLE_NOT_FOUND', undefined, 'roleIds');
    return usable;
  };

  /** Gives and takes roles in one tenant, and records it if anything changed. Returns the roles of the member after it. */
  const change = async (caller: Caller, member: MembershipWithRoles, added: readonly Role[], removed: readonly Role[]): Promise<string[]> => {
    const { userId, tenantId, roleIds: before } = member;
    const given = added.filter(({ id }) => !before.includes(id));
    const taken = removed.filter(({ id }) => before.includes(id));
    const ids = (roles: readonly Role[]): string[] => roles.map(({ id }) => id);
    if (given.length + taken.length > 0) {
      await store.roles.give(userId, tenantId, ids(given));
      if (taken.length > 0) await store.roles.take(userId, tenantId, ids(taken));
      const reason = [...given.map(({ key }) => `+${key}`), ...taken.map(({ key }) => `-${key}`)].join(' ');
      await audit('USER_ROLES_CHANGED', caller, { userId, tenantId, reason });
    }
    return [...before.filter((id) => !ids(taken).includes(id)), ...ids(given)];
  };

  /** Gives or takes roles of one member. Returns all roles of the member after it, in the order of their keys. */
  const changeOne = (caller: Caller, permission: string, command: UserRolesCommand, gives: boolean): Promise<{ tenantId: string; roles: Role[] }> =>
    withAuthority(caller, permission, async (authority) => {
      const tenantId = await tenantOf(authority, command.tenantId);
      const member = await memberOf(authority, command.userId, tenantId);
      const roles = await usableRoles(tenantId, command.roleIds);
      for (const { level } of roles) requireLevel(authority, level);
      const after = await store.roles.findMany(await change(caller, member, gives ? roles : [], gives ? [] : roles));
      return { tenantId, roles: after.sort(byKey) };
    });

  return {
    ...useCases(audit, 'REQUEST_REFUSED', userRoleErrors, {
      /** Gives roles to a member of a tenant. Those that the member holds already change nothing. */
      give: (caller: Caller, command: UserRolesCommand) => changeOne(caller, writeUsersRoles, command, true),

      /** Takes roles from a member of a tenant. Those that the member does not hold change nothing. */
      take: (caller: Caller, command: UserRolesCommand) => changeOne(caller, deleteUsersRoles, command, false),

      /**
       * Replaces the roles of a member of the tenant in force, and changes the name or the phone number in the profile. A profile is the same in
       * all tenants, so it is changed only of a user who is in no other one. Null leaves a part as it is. Returns the id of the user.
       */
      updateMember: (caller: Caller, { user: named, roleIds, profile }: MemberUpdate): Promise<string> =>
        withAuthority(caller, writeUpdateUser, async (by) => {
          const tenantId = await tenantOf(by, null);
          const userId =
            'userId' in named ? named.userId : ((await store.users.findByEmail(normalizeEmail(named.email)))?.id ?? fail('USER_NOT_FOUND'));
          const member = await memberOf(by, userId, tenantId);
          if (roleIds !== null) {
            const wanted = await usableRoles(tenantId, roleIds);
            const added = wanted.filter(({ id }) => !member.roleIds.includes(id));
            const removed = await store.roles.findMany(member.roleIds.filter((id) => !roleIds.includes(id)));
            for (const { level } of [...added, ...removed]) requireLevel(by, level);
            await change(caller, member, added, removed);
          }
          if (Object.keys(profile).length > 0) {
            if (by.rights !== null && (await store.users.memberships([userId])).length > 1) fail('FORBIDDEN');
            await store.users.update(userId, profile, clock.now());
            await audit('USER_UPDATED', caller, { userId, tenantId, reason: Object.keys(profile).join(' ') });
          }
          return userId;
        }),

      /**
       * Gives and takes roles in several tenants of a user, or with null in all of them. A role that is in both lists is taken. A role of one
       * tenant is given in that tenant alone.
       */
      async changeInTenants(
        caller: Caller,
        {
          userId,
          tenantIds,
          addRoleIds,
          removeRoleIds,
        }: { userId: string; tenantIds: readonly string[] | null } & Record<'addRoleIds' | 'removeRoleIds', readonly string[]>,
      ): Promise<ChangedRoles> {
        requireEnvironment(caller.actor);
        return withAuthority(caller, writeUsersRoles, async () => {
          const memberships = await store.users.membershipsWithRoles([userId]);
          if (memberships.length === 0) fail('USER_NOT_FOUND');
          const removed = await usableRoles(null, removeRoleIds);
          const added = (await usableRoles(null, addRoleIds)).filter(({ id }) => !removed.some((role) => role.id === id));
          const changed: ChangedRoles = {
            userId,
            tenantIds: [],
            addedRoleIds: added.map(({ id }) => id),
            removedRoleIds: removed.map(({ id }) => id),
          };
          for (const member of memberships.filter(({ tenantId }) => tenantIds === null || tenantIds.includes(tenantId))) {
            const usable = added.filter((role) => role.tenantId === null || role.tenantId === member.tenantId);
            const after = await change(caller, member, usable, removed);
            if ([...after].sort().join() !== [...member.roleIds].sort().join()) changed.tenantIds.push(member.tenantId);
          }
          return changed;
        });
      },
    }),

    ...reads(audit, {
      /** Returns the memberships of the users with their roles: of the tenant that the caller acts in, or of all tenants. */
      async memberships({ actor }: Caller, { userIds }: { userIds: readonly string[] }): Promise<MembershipWithRoles[]> {
        const { tenantId } = requirePermission(actor, readUsers);
        const memberships = await store.users.membershipsWithRoles(userIds);
        return memberships.filter((membership) => tenantId === null || membership.tenantId === tenantId);
      },
    }),
  };
}
