import type { Caller } from '../../domain/access/actor.ts';
import { DomainError, fail, InvalidInput } from '../../domain/errors.ts';
import type { Group, GroupChange, GroupSearch } from '../../domain/group/group.ts';
import { maxGroupsOfTenant } from '../../domain/group/group.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock, Random } from '../../domain/ports.ts';
import type { Role } from '../../domain/role/role.ts';
import type { Store } from '../../domain/store.ts';
import { deleteGroups, readGroups, requirePermission, writeGroups, writeGroupsRoles } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { refuseBadMetadata } from '../directory/metadata.ts';
import type { AuthorityRules } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';
import type { GroupAuthority } from './authority.ts';

/** A group to create. */
export type NewGroup = Pick<Group, 'name' | 'color' | 'description' | 'metadata'>;

/** Roles to put into a group, or to take from it. */
export interface GroupRolesCommand {
  id: string;
  roleIds: readonly string[];
}

interface Needs {
  store: Pick<Store, 'groups' | 'roles' | 'environment'>;
  clock: Clock;
  random: Random;
  authority: Pick<AuthorityRules, 'withAuthority' | 'tenantOf'>;
  groupAuthority: GroupAuthority;
  audit: Audit;
}

/** Errors of each use case. */
export const groupErrors = {
  create: ['INVALID_INPUT', 'GROUP_EXISTS', 'GROUPS_DISABLED', 'TENANT_HEADER_REQUIRED'],
  update: ['INVALID_INPUT', 'NOTHING_TO_UPDATE', 'GROUP_NOT_FOUND', 'GROUP_EXISTS', 'ROLE_LEVEL_TOO_LOW', 'TENANT_HEADER_REQUIRED'],
  remove: ['GROUP_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'TENANT_HEADER_REQUIRED'],
  addRoles: ['GROUP_NOT_FOUND', 'ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED', 'TENANT_HEADER_REQUIRED'],
  removeRoles: ['GROUP_NOT_FOUND', 'ROLE_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED', 'TENANT_HEADER_REQUIRED'],
} as const;

/**
 * Creates the service that reads and changes the groups of a tenant and the roles in them. Every caller acts in one tenant. A user changes
 * only groups whose roles are no more powerful than the user's own.
 */
export function createGroups({ store, clock, random, authority: { withAuthority, tenantOf }, groupAuthority, audit }: Needs) {
  const requireFreeName = async (tenantId: string, name: string, exceptId?: string): Promise<void> => {
    const taken = await store.groups.findByName(tenantId, name);
    if (taken !== null && taken.id !== exceptId) fail('GROUP_EXISTS');
  };

  /** Returns roles that a group of the tenant can have. Errors: `ROLE_NOT_FOUND`. */
  const usableRoles = async (tenantId: string, roleIds: readonly string[]): Promise<Role[]> => {
    const ids = [...new Set(roleIds)];
    const usable = (await store.roles.findMany(ids)).filter((role) => role.tenantId === null || role.tenantId === tenantId);
    if (usable.length < ids.length) throw new DomainError('ROLE_NOT_FOUND', undefined, 'roleIds');
    return usable;
  };

  /** Puts roles into a group or takes them from it, and records it if anything changed. Returns the group after it. */
  const changeRoles = (caller: Caller, { id, roleIds }: GroupRolesCommand, adds: boolean): Promise<Group> =>
    withAuthority(caller, writeGroupsRoles, async (by) => {
      const group = await groupAuthority.groupOf(by, id);
      const roles = await usableRoles(group.tenantId, roleIds);
      for (const { level } of roles) requireLevel(by, level);
      const changed = roles.filter((role) => group.roleIds.includes(role.id) !== adds);
      if (changed.length === 0) return group;
      const [ids, now] = [changed.map((role) => role.id), clock.now()];
      await (adds ? store.groups.addRoles(id, ids, now) : store.groups.removeRoles(id, ids, now));
      const reason = `${group.name}: ${changed.map(({ key }) => `${adds ? '+' : '-'}${key}`).join(' ')}`;
      await audit('GROUP_ROLES_CHANGED', caller, { tenantId: group.tenantId, reason });
      const left = adds ? [...group.roleIds, ...ids] : group.roleIds.filter((roleId) => !ids.includes(roleId));
      return { ...group, roleIds: left.sort(), updatedAt: now };
    });

  /** Returns the tenant whose groups the caller reads. Null for those of all tenants. Errors: `FORBIDDEN`. */
  const tenantToRead = ({ actor }: Caller): string | null => requirePermission(actor, readGroups).tenantId;

  return {
    ...useCases(audit, 'REQUEST_REFUSED', groupErrors, {
      /** Creates a group without roles and members. */
      create: (caller: Caller, fields: NewGroup): Promise<Group> =>
        withAuthority(
          caller,
          writeGroups,
          async (by) => {
            const tenantId = await tenantOf(by, null);
            if ((await store.environment.find())?.groupsEnabled !== true) fail('GROUPS_DISABLED');
            refuseBadMetadata(fields);
            await requireFreeName(tenantId, fields.name);
            if ((await store.groups.count(tenantId)) >= maxGroupsOfTenant) {
              throw new InvalidInput([{ path: ['name'], message: `A tenant has at most ${maxGroupsOfTenant} groups` }]);
            }
            const now = clock.now();
            const group: Group = { ...fields, id: random.uuid(), tenantId, roleIds: [], createdAt: now, updatedAt: now };
            await store.groups.add(group);
            await audit('GROUP_CREATED', caller, { tenantId, reason: group.name });
            return group;
          },
          'NO_RECENT_FACTOR',
        ),

      /** Changes the given fields and keeps the others. */
      update: (caller: Caller, { id, change }: { id: string; change: GroupChange }): Promise<Group> =>
        withAuthority(
          caller,
          writeGroups,
          async (by) => {
            if (Object.keys(change).length === 0) fail('NOTHING_TO_UPDATE');
            const group = await groupAuthority.groupOf(by, id);
            refuseBadMetadata(change);
            if (change.name !== undefined) await requireFreeName(group.tenantId, change.name, id);
            const now = clock.now();
            await store.groups.update(id, change, now);
            await audit('GROUP_UPDATED', caller, { tenantId: group.tenantId, reason: `${group.name}: ${Object.keys(change).join(' ')}` });
            return { ...group, ...change, updatedAt: now };
          },
          'NO_RECENT_FACTOR',
        ),

      /** Deletes a group. Its members lose the roles that they held by it alone. */
      remove: (caller: Caller, { id }: { id: string }): Promise<Group> =>
        withAuthority(
          caller,
          deleteGroups,
          async (by) => {
            const group = await groupAuthority.groupOf(by, id);
            if (!(await store.groups.remove(id))) fail('GROUP_NOT_FOUND');
            await audit('GROUP_DELETED', caller, { tenantId: group.tenantId, reason: group.name });
            return group;
          },
          'NO_RECENT_FACTOR',
        ),

      /** Puts roles into a group, which every member then holds. Those that are in it already change nothing. */
      addRoles: (caller: Caller, command: GroupRolesCommand): Promise<Group> => changeRoles(caller, command, true),

      /** Takes roles from a group. Those that are not in it change nothing. */
      removeRoles: (caller: Caller, command: GroupRolesCommand): Promise<Group> => changeRoles(caller, command, false),
    }),

    ...reads(audit, {
      /** Returns a part of the groups of the tenant in force, or of all tenants, and how many there are. */
      search: async (caller: Caller, search: Omit<GroupSearch, 'tenantId'>): Promise<{ items: Group[]; total: number }> =>
        store.groups.search({ ...search, tenantId: tenantToRead(caller) }),

      /** Returns a page of the groups of the tenant in force, or of all tenants, oldest first. */
      list: async (caller: Caller, { page }: { page: PageRequest }): Promise<Page<Group>> => store.groups.list(tenantToRead(caller), page),

      /** Returns how many groups the tenant in force has, or all tenants have. */
      count: async (caller: Caller): Promise<number> => store.groups.count(tenantToRead(caller)),

      /**
       * Returns those of the groups that the caller sees: the environment token all, or those of the tenant it names; a user or an API token
       * that may read groups those of the tenant in force, and every user the own ones.
       */
      findMany: async ({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<Group[]> =>
        groupAuthority.seenBy(actor, await store.groups.findMany(ids)),
    }),
  };
}
