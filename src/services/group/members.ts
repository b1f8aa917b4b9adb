import type { Caller } from '../../domain/access/actor.ts';
import type { User } from '../../domain/directory/user.ts';
import type { Group, GroupMember } from '../../domain/group/group.ts';
import type { Page, PageRequest } from '../../domain/page.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { deleteGroupsUsers, readGroups, requirePermission, writeGroupsUsers } from '../access/permissions.ts';
import type { Audit } from '../audit/recorder.ts';
import { reads, useCases } from '../audit/use-case.ts';
import { asSeenBy, membersSeenBy } from '../directory/visibility.ts';
import type { AuthorityRules, FactorRule } from '../role/authority.ts';
import type { GroupAuthority } from './authority.ts';

/** Users to add to a group, or to remove from it. */
export interface GroupMembersCommand {
  id: string;
  userIds: readonly string[];
}

interface Needs {
  store: Pick<Store, 'groups' | 'users'>;
  clock: Clock;
  authority: Pick<AuthorityRules, 'withAuthority' | 'memberOf'>;
  groupAuthority: GroupAuthority;
  audit: Audit;
}

/** Errors of each use case. */
export const groupMemberErrors = {
  add: ['GROUP_NOT_FOUND', 'USER_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'STEP_UP_REQUIRED', 'TENANT_HEADER_REQUIRED'],
  remove: ['GROUP_NOT_FOUND', 'USER_NOT_FOUND', 'ROLE_LEVEL_TOO_LOW', 'TENANT_HEADER_REQUIRED'],
} as const;

/**
 * Creates the service that reads and changes who is in a group. Its members hold its roles, so a user changes only groups and members that are
 * no more powerful.
 */
export function createGroupMembers({ store, clock, authority: { withAuthority, memberOf }, groupAuthority, audit }: Needs) {
  /** Adds or removes users, and records it. Returns the group after it. */
  const change = (caller: Caller, permission: string, { id, userIds }: GroupMembersCommand, adds: boolean, factor: FactorRule): Promise<Group> =>
    withAuthority(
      caller,
      permission,
      async (by) => {
        const group = await groupAuthority.groupOf(by, id);
        const members = [];
        for (const userId of new Set(userIds)) members.push(await memberOf(by, userId, group.tenantId));
        const changed = members.filter(({ groupIds }) => groupIds.includes(id) !== adds).map(({ userId }) => userId);
        if (changed.length === 0) return group;
        const now = clock.now();
        await (adds ? store.groups.addMembers(group, changed, now) : store.groups.removeMembers(id, changed, now));
        for (const userId of changed) {
          await audit('GROUP_MEMBERS_CHANGED', caller, { tenantId: group.tenantId, userId, reason: `${adds ? '+' : '-'}${group.name}` });
        }
        return { ...group, updatedAt: now };
      },
      factor,
    );

  return {
    ...useCases(audit, 'REQUEST_REFUSED', groupMemberErrors, {
      /** Adds members of the tenant to a group. Those who are in it already change nothing. */
      add: (caller: Caller, command: GroupMembersCommand): Promise<Group> => change(caller, writeGroupsUsers, command, true, 'RECENT_FACTOR'),

      /** Removes members from a group. Those who are not in it change nothing. */
      remove: (caller: Caller, command: GroupMembersCommand): Promise<Group> => change(caller, deleteGroupsUsers, command, false, 'NO_RECENT_FACTOR'),
    }),

    ...reads(audit, {
      /** Returns the members of groups that the caller has found. Only the environment token reads invisible ones. */
      async ofGroups({ actor }: Caller, { ids }: { ids: readonly string[] }): Promise<GroupMember[]> {
        requirePermission(actor, readGroups);
        const seen = (await groupAuthority.seenBy(actor, await store.groups.findMany(ids))).map(({ id }) => id);
        return store.groups.members(seen, actor.kind !== 'ENVIRONMENT');
      },

      /** Returns a page of the members of a group, oldest user first, as far as the caller may read them. */
      async list({ actor }: Caller, { id, page }: { id: string; page: PageRequest }): Promise<Page<User>> {
        const [group] = await groupAuthority.seenBy(requirePermission(actor, readGroups), await store.groups.findMany([id]));
        if (group === undefined) return { items: [], hasMore: false };
        const { items, hasMore } = await store.groups.listMembers(id, actor.kind !== 'ENVIRONMENT', page);
        const members = await membersSeenBy(
          store,
          actor,
          items.map((user) => user.id),
        );
        return { items: asSeenBy(actor, items, members), hasMore };
      },

      /** Returns how many members a group has. */
      async count({ actor }: Caller, { id }: { id: string }): Promise<number> {
        const [group] = await groupAuthority.seenBy(requirePermission(actor, readGroups), await store.groups.findMany([id]));
        return group === undefined ? 0 : store.groups.countMembers(id, actor.kind !== 'ENVIRONMENT');
      },
    }),
  };
}
