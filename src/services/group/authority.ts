import type { Actor } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import type { Group } from '../../domain/group/group.ts';
import type { Store } from '../../domain/store.ts';
import { may, readGroups, requireTokenHolder } from '../access/permissions.ts';
import type { Authority, AuthorityRules } from '../role/authority.ts';
import { requireLevel } from '../role/authority.ts';

interface Needs {
  store: Pick<Store, 'groups' | 'roles' | 'users'>;
  authority: Pick<AuthorityRules, 'tenantOf'>;
}

/** The rules that `createGroupAuthority` creates. */
export type GroupAuthority = ReturnType<typeof createGroupAuthority>;

/** Creates the rules for who sees a group and who may act on it. */
export function createGroupAuthority({ store, authority }: Needs) {
  return {
    /**
     * Returns a group of the tenant in force whose roles are no more powerful than those of the caller. Runs in the transaction of
     * `withAuthority`. Errors: `GROUP_NOT_FOUND`, `ROLE_LEVEL_TOO_LOW`, `TENANT_HEADER_REQUIRED`.
     */
    async groupOf(by: Authority, id: string): Promise<Group> {
      const tenantId = await authority.tenantOf(by, null);
      const [group] = await store.groups.findMany([id]);
      if (group === undefined || group.tenantId !== tenantId) fail('GROUP_NOT_FOUND');
      // Whether or not the roles of groups count now, because they may count later.
      for (const { level } of await store.roles.findMany(group.roleIds)) requireLevel(by, level);
      return group;
    },

    /** Returns those of the groups that the actor sees. */
    async seenBy(actor: Actor, groups: readonly Group[]): Promise<Group[]> {
      const holder = requireTokenHolder(actor);
      const { tenantId } = holder;
      if (holder.kind === 'ENVIRONMENT') return groups.filter((group) => tenantId === null || group.tenantId === tenantId);
      if (may(holder, readGroups)) return groups.filter((group) => group.tenantId === tenantId);
      if (holder.kind === 'API_TOKEN') return [];
      const own = (await store.users.membershipsWithRoles([holder.userId])).flatMap(({ groupIds }) => groupIds);
      return groups.filter(({ id }) => own.includes(id));
    },
  };
}
