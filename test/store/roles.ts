import { describe, expect, test } from 'vitest';
import type { Permission } from '../../src/domain/role/permission.ts';
import type { Role } from '../../src/domain/role/role.ts';
import { roleIds } from '../support/role-ids.ts';
import type { Open } from './fixtures.ts';
import { addPerson, at, newId, tenantOf, useStore } from './fixtures.ts';

const roleOf = (change: Partial<Role> = {}): Role => ({
  ...{ id: newId(), tenantId: null, key: `key-${newId()}`, name: 'Role', description: '', isDefault: false, firstUserRole: false, level: 5 },
  ...{ permissionIds: [], createdAt: at(0), updatedAt: at(0), ...change },
});
const permissionOf = (change: Partial<Permission> = {}): Permission => ({
  ...{ id: newId(), key: `key-${newId()}`, name: 'Permission', description: '', categoryId: null, builtIn: false },
  ...{ assignmentType: 'ASSIGNABLE', createdAt: at(0), updatedAt: at(0), ...change },
});

/** What roles and permissions promise. */
export function rolesContract(open: Open): void {
  describe('roles', () => {
    const store = useStore(open);

    test('every member has the own roles and no others, and rights add up in one tenant alone', async () => {
      const permissions = [permissionOf({ key: 'p.b' }), permissionOf({ key: 'p.a' })];
      await store().permissions.add(permissions);
      const permissionIds = permissions.map(({ id }) => id);
      const [one, two] = [
        roleOf({ key: 'r.two', level: 7, permissionIds }),
        roleOf({ key: 'r.one', level: 3, permissionIds: permissionIds.slice(1) }),
      ];
      await store().roles.add([one, two]);
      const [mine, other, tenant] = [await addPerson(store()), await addPerson(store()), tenantOf()];
      await store().tenants.create(tenant);
      await store().users.addMembership({ userId: mine.user.id, tenantId: tenant.id, roleIds: [one.id, two.id], createdAt: at(1) });
      const held = await store().users.membershipsWithRoles([mine.user.id, other.user.id]);
      const rolesIn = (userId: string, tenantId: string) => held.find((each) => each.userId === userId && each.tenantId === tenantId)?.roleIds;
      expect(held).toHaveLength(3);
      expect(rolesIn(mine.user.id, tenant.id)).toEqual([one.id, two.id].sort());
      expect(rolesIn(mine.user.id, mine.tenant.id)).toEqual([roleIds.readOnly]);
      expect(rolesIn(other.user.id, other.tenant.id)).toEqual([roleIds.readOnly]);
      expect(await store().roles.rightsOf(mine.user.id, tenant.id)).toEqual({ roles: ['r.one', 'r.two'], permissions: ['p.a', 'p.b'], level: 3 });
      expect(await store().roles.rightsOf(other.user.id, tenant.id)).toEqual({ roles: [], permissions: [], level: null });
      expect(await store().roles.findMany([one.id])).toEqual([{ ...one, permissionIds: [...permissionIds].sort() }]);
    });

    test('a role without permissions counts with its key and its level', async () => {
      const role = roleOf({ key: 'r.empty', level: 9 });
      await store().roles.add([role]);
      const [{ user, tenant }, alone] = [await addPerson(store()), tenantOf()];
      await store().tenants.create(alone);
      await store().users.addMembership({ userId: user.id, tenantId: alone.id, roleIds: [role.id], createdAt: at(1) });
      expect(await store().roles.rightsOf(user.id, alone.id)).toEqual({ roles: ['r.empty'], permissions: [], level: 9 });
      await store().roles.giveToAll(role.id, tenant.id);
      await store().roles.giveToAll(role.id, tenant.id);
      expect(await store().roles.rightsOf(user.id, tenant.id)).toMatchObject({ roles: ['ReadOnly', 'r.empty'], level: 0 });
      expect(await store().roles.remove(role.id)).toBe(true);
      expect(await store().roles.remove(role.id)).toBe(false);
      expect(await store().roles.rightsOf(user.id, alone.id)).toEqual({ roles: [], permissions: [], level: null });
    });

    test('one key twice for one owner is refused by the database itself', async () => {
      const role = roleOf({ key: 'r.twice' });
      await store().roles.add([role]);
      await expect(store().transact('SETTINGS', () => store().roles.add([roleOf({ key: 'r.twice' })]))).rejects.toThrow();
      const { tenant } = await addPerson(store());
      await store().roles.add([roleOf({ key: 'r.twice', tenantId: tenant.id })]);
    });

    test('a filter finds parts of keys and names as they are written, with no wildcards', async () => {
      await store().roles.add([roleOf({ key: 'r-50_', name: 'Fifty %' }), roleOf({ key: 'r-505', name: 'More\\than' })]);
      const found = async (text: string) => (await store().roles.all({ text })).map(({ key }) => key);
      expect(await found('50_')).toEqual(['r-50_']);
      expect(await found('y %')).toEqual(['r-50_']);
      expect(await found('E\\T')).toEqual(['r-505']);
      expect(await found('R-50')).toEqual(['r-505', 'r-50_'].sort());
    });

    test('whatever a role is sorted by, every page follows the one before', async () => {
      const { tenant } = await addPerson(store());
      await store().roles.add(Array.from({ length: 5 }, (_, index) => roleOf({ key: `s-${index}`, tenantId: tenant.id, level: index % 2 })));
      for (const sortBy of ['key', 'name', 'level', 'isDefault', 'createdAt', 'permissions', 'userTenants', 'groups'] as const) {
        const pages = [0, 2, 4].map((offset) => store().roles.search({ tenantIds: [tenant.id], sortBy, descending: true, offset, limit: 2 }));
        const items = (await Promise.all(pages)).flatMap((page) => page.items);
        expect(new Set(items.map(({ id }) => id)).size, sortBy).toBe(5);
        expect((await pages[0])?.total).toBe(5);
      }
    });
  });
}
