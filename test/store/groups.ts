import { describe, expect, test } from 'vitest';
import type { Group } from '../../src/domain/group/group.ts';
import { groupSortKeys } from '../../src/domain/group/group.ts';
import { roleIds } from '../support/role-ids.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, environmentOf, newId, race, tenantOf, userOf, useStore } from './fixtures.ts';

const groupOf = (tenantId: string, change: Partial<Group> = {}): Group => ({
  ...{ id: newId(), tenantId, name: `Group ${newId()}`, color: '', description: '', metadata: '{}', roleIds: [] },
  ...{ createdAt: at(0), updatedAt: at(0), ...change },
});

/** What groups, the roles in them and their members promise. */
export function groupContract(open: Open): void {
  describe('groups', () => {
    const store = useStore(open);
    const addGroup = async (tenantId: string, change: Partial<Group> = {}): Promise<Group> => {
      const group = groupOf(tenantId, change);
      await store().groups.add(group);
      return group;
    };
    const addTenant = async (): Promise<string> => {
      const tenant = tenantOf();
      await store().tenants.create(tenant);
      return tenant.id;
    };
    /** A tenant with members, each a second younger than the one before. */
    const addMembers = async (...names: string[]) => {
      const { user, tenant } = await addPerson(store(), { createdAt: at(1) });
      const others = names.slice(1).map((_, index) => userOf(tenant.id, { createdAt: at(2 + index) }));
      for (const other of others) {
        const membership = { userId: other.id, tenantId: tenant.id, roleIds: [roleIds.readOnly], createdAt: at(0) };
        await store().users.create(other, membership, 'a hash');
      }
      return { tenantId: tenant.id, users: [user, ...others] };
    };
    const groupIdsOf = async (userId: string): Promise<string[]> =>
      (await store().users.membershipsWithRoles([userId])).flatMap(({ groupIds }) => groupIds).sort();
    const idsIn = async (groupId: string): Promise<string[]> => (await store().groups.members([groupId], false)).map(({ user }) => user.id);

    test('are found whole, by id and by name in their tenant', async () => {
      const [tenantId, other] = [await addTenant(), await addTenant()];
      const group = await addGroup(tenantId, { name: 'Sales', color: '#fff', description: 'Sells', metadata: '{"a":1}', createdAt: at(3) });
      const namesake = await addGroup(other, { name: 'Sales' });
      const { groups } = store();
      expect(await groups.findMany([group.id, newId()])).toEqual([group]);
      expect(await groups.findMany([])).toEqual([]);
      expect(await groups.findByName(tenantId, 'Sales')).toEqual(group);
      expect(await groups.findByName(other, 'Sales')).toEqual(namesake);
      expect(await groups.findByName(tenantId, 'sales')).toBeNull();
      expect(await groups.findByName(await addTenant(), 'Sales')).toBeNull();
    });

    test('of 10 with one name in a tenant, added or renamed at the same time, the database itself lets one be', async () => {
      const tenantId = await addTenant();
      const own = await Promise.all(Array.from({ length: 5 }, () => addGroup(tenantId)));
      const won = await race(10, (index) =>
        store()
          .transact('NOTHING', async () => {
            const renamed = own[index];
            if (renamed === undefined) await store().groups.add(groupOf(tenantId, { name: 'One' }));
            else await store().groups.update(renamed.id, { name: 'One' }, at(1));
          })
          .then(
            () => true,
            () => false,
          ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store().groups.findByName(tenantId, 'One')).not.toBeNull();
    });

    test('are changed in what is given, and removed once', async () => {
      const tenantId = await addTenant();
      const [group, other] = [await addGroup(tenantId, { color: 'red' }), await addGroup(tenantId)];
      await store().groups.update(group.id, { description: 'New', metadata: '{"b":2}' }, at(5));
      expect(await store().groups.findMany([group.id])).toEqual([{ ...group, description: 'New', metadata: '{"b":2}', updatedAt: at(5) }]);
      expect(await store().groups.findMany([other.id])).toEqual([other]);
      expect((await race(4, () => store().groups.remove(group.id))).filter(Boolean)).toHaveLength(1);
      expect(await store().groups.findMany([group.id, other.id])).toEqual([other]);
    });

    test('are listed by tenant or all, oldest first, in pages that follow each other both ways', async () => {
      const [tenantId, other] = [await addTenant(), await addTenant()];
      const made: Group[] = [];
      for (const second of [4, 4, 5, 6, 7]) made.push(await addGroup(tenantId, { createdAt: at(second) }));
      const foreign = await addGroup(other);
      const sorted = made.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
      const { groups } = store();
      const first = await groups.list(tenantId, { limit: 2, direction: 'forward', cursor: null });
      expect(first).toEqual({ items: sorted.slice(0, 2), hasMore: true });
      const cursorOf = (group: Group | undefined) => ({ at: group?.createdAt ?? at(0), id: group?.id ?? '' });
      const rest = await groups.list(tenantId, { limit: 5, direction: 'forward', cursor: cursorOf(first.items[1]) });
      expect(rest).toEqual({ items: sorted.slice(2), hasMore: false });
      const back = await groups.list(tenantId, { limit: 2, direction: 'backward', cursor: cursorOf(sorted[4]) });
      expect(back).toEqual({ items: sorted.slice(2, 4), hasMore: true });
      expect(await groups.count(tenantId)).toBe(5);
      const all = await groups.list(null, { limit: 1000, direction: 'forward', cursor: null });
      expect(all.items.map(({ id }) => id)).toEqual(expect.arrayContaining([foreign.id, ...made.map(({ id }) => id)]));
      expect(await groups.count(null)).toBe(all.items.length);
    });

    test('whatever they are sorted by, every part of a search follows the one before, and has those of the tenant alone', async () => {
      const tenantId = await addTenant();
      for (let index = 0; index < 5; index += 1) await addGroup(tenantId, { name: `s-${index % 3}${index}`, updatedAt: at(index % 2) });
      await addGroup(await addTenant());
      for (const sortBy of groupSortKeys) {
        for (const descending of [false, true]) {
          const parts = [0, 2, 4].map((offset) => store().groups.search({ tenantId, sortBy, descending, offset, limit: 2 }));
          const items = (await Promise.all(parts)).flatMap((part) => part.items);
          expect(new Set(items.map(({ id }) => id)).size, sortBy).toBe(5);
          expect((await parts[0])?.total).toBe(5);
        }
      }
      const named = await store().groups.search({ tenantId, sortBy: 'name', descending: true, offset: 0, limit: 2 });
      expect(named.items.map(({ name }) => name)).toEqual(['s-22', 's-14']);
    });

    test('have each role once, and say when they were changed', async () => {
      const tenantId = await addTenant();
      const [group, other] = [await addGroup(tenantId), await addGroup(tenantId)];
      const both = [roleIds.admin, roleIds.readOnly].sort();
      await store().groups.addRoles(group.id, both, at(3));
      await store().groups.addRoles(group.id, [roleIds.admin], at(4));
      await store().groups.addRoles(group.id, [], at(9));
      expect(await store().groups.findMany([group.id])).toEqual([{ ...group, roleIds: both, updatedAt: at(4) }]);
      await store().groups.removeRoles(group.id, [roleIds.admin, newId()], at(5));
      expect(await store().groups.findMany([group.id])).toEqual([{ ...group, roleIds: [roleIds.readOnly], updatedAt: at(5) }]);
      expect(await store().groups.findMany([other.id])).toEqual([other]);
    });

    test('have members of their tenant alone, each once, oldest user first, invisible ones where they are asked for', async () => {
      const { tenantId, users } = await addMembers('oldest', 'hidden', 'youngest');
      const [oldest, hidden, youngest] = users as [(typeof users)[0], (typeof users)[0], (typeof users)[0]];
      await store().users.update(hidden.id, { invisible: true }, at(2));
      const group = await addGroup(tenantId);
      const ids = users.map(({ id }) => id);
      await store().groups.addMembers(group, [...ids].reverse(), at(6));
      await store().groups.addMembers(group, [oldest.id], at(7));
      expect(await store().groups.findMany([group.id])).toMatchObject([{ updatedAt: at(7) }]);
      expect(await idsIn(group.id)).toEqual(ids);
      expect(await store().groups.members([group.id], true)).toMatchObject([
        { groupId: group.id, user: { id: oldest.id }, pending: false },
        { groupId: group.id, user: { id: youngest.id }, pending: false },
      ]);
      expect(await store().groups.members([], false)).toEqual([]);
      const page = await store().groups.listMembers(group.id, false, { limit: 2, direction: 'forward', cursor: null });
      expect([page.items.map(({ id }) => id), page.hasMore]).toEqual([ids.slice(0, 2), true]);
      const cursor = { at: hidden.createdAt, id: hidden.id };
      const visible = await store().groups.listMembers(group.id, true, { limit: 2, direction: 'forward', cursor: null });
      expect([visible.items.map(({ id }) => id), visible.hasMore]).toEqual([[oldest.id, youngest.id], false]);
      const next = await store().groups.listMembers(group.id, true, { limit: 2, direction: 'forward', cursor });
      expect([next.items.map(({ id }) => id), next.hasMore]).toEqual([[youngest.id], false]);
      expect([await store().groups.countMembers(group.id, false), await store().groups.countMembers(group.id, true)]).toEqual([3, 2]);
      await store().groups.removeMembers(group.id, [oldest.id, newId()], at(8));
      expect(await idsIn(group.id)).toEqual([hidden.id, youngest.id]);
      const { user: stranger } = await addPerson(store());
      const added = store().transact('NOTHING', () => store().groups.addMembers(group, [stranger.id], at(9)));
      await expect(added, 'no member of the tenant').rejects.toThrow();
    });

    test('give the roles that they have to their members, beside those that were given, while both settings let them count', async () => {
      const { tenantId, users } = await addMembers('one');
      const [user] = users as [(typeof users)[0]];
      const group = await addGroup(tenantId);
      await store().groups.addRoles(group.id, [roleIds.admin], at(1));
      await store().groups.addMembers(group, [user.id], at(1));
      expect(await groupIdsOf(user.id)).toEqual([group.id]);
      const rolesOf = async () => (await store().roles.rightsOf(user.id, tenantId)).roles;
      await store().environment.create(environmentOf());
      for (const groupsEnabled of [false, true]) {
        for (const groupRolesEnabled of [false, true]) {
          await store().environment.updateSettings({ groupsEnabled, groupRolesEnabled }, at(2));
          expect(await rolesOf()).toEqual(groupsEnabled && groupRolesEnabled ? ['Admin', 'ReadOnly'] : ['ReadOnly']);
        }
      }
      await store().groups.removeMembers(group.id, [user.id], at(2));
      expect([await groupIdsOf(user.id), await rolesOf()]).toEqual([[], ['ReadOnly']]);
    });

    test('lose whoever leaves the tenant, and go with it, and those of others stay', async () => {
      const { tenantId, users } = await addMembers('leaves', 'deleted', 'stays');
      const [leaves, deleted, stays] = users as [(typeof users)[0], (typeof users)[0], (typeof users)[0]];
      const [group, second] = [await addGroup(tenantId), await addGroup(tenantId)];
      const foreign = await addGroup(await addTenant());
      await store().groups.addMembers(
        group,
        users.map(({ id }) => id),
        at(1),
      );
      await store().users.removeMembership(leaves.id, tenantId);
      await store().users.remove(deleted.id);
      expect(await idsIn(group.id)).toEqual([stays.id]);
      await store().groups.removeAllOfTenant(tenantId);
      expect(await store().groups.findMany([group.id, second.id, foreign.id])).toEqual([foreign]);
      expect(await groupIdsOf(stays.id)).toEqual([]);
    });
  });
}
