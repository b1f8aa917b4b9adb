import { beforeAll, describe, expect, test } from 'vitest';
import { globalId } from '../../../src/graphql/builder/node-ids.ts';
import { asEnvironment, createTenant, createUserInTenant } from '../../support/builders.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { asUser, call } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
let tenant: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  tenant = await asEnvironment(harness, await createTenant(harness, 'roles'));
});

const fields = 'id restId key name description defaultRole firstUserRole level tenant { restId } permissions { key } createdAt updatedAt';
const role = `role { ${fields} }`;
const permission = 'permission { id restId key name description builtIn assignmentType category { name } }';
const documents = {
  createRole: mutation('createRole', role),
  updateRole: mutation('updateRole', role),
  deleteRole: mutation('deleteRole', 'deletedRoleId'),
  setRolePermissions: mutation('setRolePermissions', role),
  setRoleTenant: mutation('setRoleTenant', role),
  createPermission: mutation('createPermission', permission),
  updatePermission: mutation('updatePermission', permission),
  deletePermission: mutation('deletePermission', 'deletedPermissionId'),
  addPermissionToRoles: mutation('addPermissionToRoles', permission),
  classifyPermissions: mutation('classifyPermissions', 'permissions { key assignmentType }'),
  createPermissionCategory: mutation('createPermissionCategory', 'category { id restId name description builtIn }'),
  updatePermissionCategory: mutation('updatePermissionCategory', 'category { id name description }'),
  deletePermissionCategory: mutation('deletePermissionCategory', 'deletedCategoryId'),
};
const permissionNamed = async (key: string): Promise<string> => {
  const answer = await harness.graphql('{ permissions(first: 100) { nodes { id key } } }', {}, environment);
  const { permissions } = answer.data as { permissions: { nodes: { id: string; key: string }[] } };
  return permissions.nodes.find((node) => node.key === key)?.id ?? '';
};

describe('roles', () => {
  test('are created, changed, filled, moved and deleted, and REST shows the same', async () => {
    const users = await permissionNamed('fe.secure.read.users');
    const created = await run(harness, documents.createRole, { key: 'whole', name: 'Whole', level: 4, permissionIds: [users] }, tenant);
    expect(created).toMatchObject({
      __typename: 'CreateRoleSuccess',
      role: {
        ...{ key: 'whole', name: 'Whole', description: '', defaultRole: false, firstUserRole: false, level: 4 },
        ...{ tenant: { restId: 'roles' }, permissions: [{ key: 'fe.secure.read.users' }] },
      },
    });
    const { id, restId } = created.role;
    const onRest = async () =>
      (await call(harness, 'GET', '/roles/v1', { headers: tenant })).json<{ id: string }[]>().find((each) => each.id === restId);
    expect(await onRest()).toMatchObject({ key: 'whole', level: 4, tenantId: 'roles', isDefault: false });
    const change = { roleId: id, description: 'All of it', defaultRole: true };
    expect((await run(harness, documents.updateRole, change, tenant)).role).toMatchObject({
      name: 'Whole',
      description: 'All of it',
      defaultRole: true,
    });
    expect((await run(harness, documents.setRolePermissions, { roleId: restId, permissionIds: [] }, tenant)).role.permissions).toEqual([]);
    expect((await run(harness, documents.setRoleTenant, { roleId: id }, environment)).role.tenant).toBeNull();
    expect(await onRest()).toMatchObject({ description: 'All of it', isDefault: true, tenantId: null, permissions: [] });
    expect(await run(harness, documents.deleteRole, { roleId: id }, environment)).toMatchObject({ deletedRoleId: id });
    expect(await onRest()).toBeUndefined();
    expect((await harness.graphql('query ($id: ID!) { role(id: $id) { id } node(id: $id) { id } }', { id }, environment)).data).toEqual({
      ...{ role: null, node: null },
    });
  });

  test('a role from a base takes its level', async () => {
    const input = {
      key: 'derived',
      name: 'Derived',
      baseRoleId: globalId('Role', roleIds.admin),
      permissionIds: [await permissionNamed('fe.secure.*')],
    };
    expect((await run(harness, documents.createRole, input, tenant)).role).toMatchObject({ level: 0, permissions: [{ key: 'fe.secure.*' }] });
    const more = { ...input, key: 'derived-2', permissionIds: [await permissionNamed('fe.subscriptions.*')] };
    expect(await run(harness, documents.createRole, more, tenant)).toMatchObject({
      __typename: 'InvalidInputError',
      path: ['input', 'permissionIds'],
    });
  });

  test('refusals are members of the union and point at the field', async () => {
    const refused = async (document: string, input: object, headers = tenant) => {
      const { __typename: type, path } = await run(harness, document, input, headers);
      return [type, path?.join('.')];
    };
    const { createRole, updateRole, setRolePermissions, setRoleTenant, deleteRole } = documents;
    expect(await refused(createRole, { key: 'Admin', name: 'X' })).toEqual(['RoleExistsError', 'input.key']);
    expect(await refused(createRole, { key: 'a b', name: 'X' })).toEqual(['InvalidInputError', 'input.key']);
    expect(await refused(createRole, { key: 'a', name: '' })).toEqual(['InvalidInputError', 'input.name']);
    expect(await refused(createRole, { key: 'a', name: 'X', level: 32_768 })).toEqual(['InvalidInputError', 'input.level']);
    expect(await refused(createRole, { key: 'a', name: 'X', permissionIds: ['nothing'] })).toEqual(['PermissionNotFoundError', 'input']);
    expect(await refused(createRole, { key: 'a', name: 'X', baseRoleId: 'nothing' })).toEqual(['RoleNotFoundError', 'input.baseRoleId']);
    expect(await refused(updateRole, { roleId: 'nothing', name: 'X' })).toEqual(['RoleNotFoundError', 'input.roleId']);
    expect(await refused(updateRole, { roleId: roleIds.admin })).toEqual(['NothingToUpdateError', 'input']);
    expect(await refused(setRolePermissions, { roleId: 'nothing', permissionIds: [] })).toEqual(['RoleNotFoundError', 'input.roleId']);
    expect(await refused(setRoleTenant, { roleId: roleIds.admin, tenantId: 'nowhere' }, environment)).toEqual([
      'TenantNotFoundError',
      'input.tenantId',
    ]);
    expect(await refused(deleteRole, { roleId: globalId('Role', 'nothing') })).toEqual(['RoleNotFoundError', 'input.roleId']);
  });

  test('are listed by tenant, level and text, in pages', async () => {
    for (const [index, key] of ['l-one', 'l-two', 'l-three'].entries())
      await run(harness, documents.createRole, { key, name: `Listed ${index}`, level: 200 + index }, tenant);
    const list = async (given: object, headers = tenant): Promise<string[]> => {
      const query = 'query ($filter: RoleFilter, $first: Int) { roles(filter: $filter, first: $first) { totalCount nodes { key } } }';
      const answer = await harness.graphql(query, given, headers);
      expect(answer.errors).toBeUndefined();
      const { roles } = answer.data as { roles: { nodes: { key: string }[] } };
      return roles.nodes.map(({ key }) => key);
    };
    expect((await list({ filter: { text: 'L-' } })).sort()).toEqual(['l-one', 'l-three', 'l-two']);
    expect((await list({ filter: { text: 'listed', levels: [200, 202] } })).sort()).toEqual(['l-one', 'l-three']);
    expect(await list({ filter: { tenantId: globalId('Tenant', 'roles'), text: 'l-two' } }, environment)).toEqual(['l-two']);
    expect(await list({ filter: { tenantId: 'nowhere' } }, environment)).toEqual([]);
    expect(await list({ first: 1 })).toHaveLength(1);
    const other = await asEnvironment(harness, await createTenant(harness, 'roles-other'));
    expect(await list({ filter: { text: 'l-' } }, other)).toEqual([]);
  });

  test('a user sees those of the environment and of the own tenants, and nobody else any', async () => {
    const own = await run(harness, documents.createRole, { key: 'seen', name: 'Seen' }, tenant);
    const member = await createUserInTenant(harness, 'roles-member', {});
    const headers = await asUser(harness, member.email);
    const read = async (id: string, as: Record<string, string>) =>
      (await harness.graphql('query ($id: ID!) { role(id: $id) { key } }', { id }, as)).data;
    expect(await read(own.role.id, headers)).toEqual({ role: null });
    expect(await read(roleIds.admin, headers)).toEqual({ role: { key: 'Admin' } });
    expect((await harness.graphql('{ roles { nodes { key } } }', {}, headers)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await harness.graphql('{ permissions { nodes { key } } }', {}, headers)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await harness.graphql('{ roles { nodes { key } } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('permissions and categories', () => {
  test('are created, changed, classified, added to roles and deleted', async () => {
    const { category } = await run(harness, documents.createPermissionCategory, { name: 'Orders' }, environment);
    expect(category).toMatchObject({ name: 'Orders', description: '', builtIn: false });
    const input = { key: 'orders.read', name: 'Read orders', categoryId: category.id };
    const created = await run(harness, documents.createPermission, input, environment);
    expect(created.permission).toMatchObject({ key: 'orders.read', builtIn: false, assignmentType: 'ASSIGNABLE', category: { name: 'Orders' } });
    const { id } = created.permission;
    expect(
      (await run(harness, documents.updatePermission, { permissionId: id, name: 'Orders', categoryId: null }, environment)).permission,
    ).toMatchObject({
      ...{ name: 'Orders', category: null, key: 'orders.read' },
    });
    const classified = await run(harness, documents.classifyPermissions, { permissionIds: [id], assignmentType: 'NEVER' }, environment);
    expect(classified.permissions).toEqual([{ key: 'orders.read', assignmentType: 'NEVER' }]);
    await run(harness, documents.addPermissionToRoles, { permissionId: id, roleIds: [roleIds.readOnly] }, environment);
    const read = async () => {
      const answer = await harness.graphql('query ($id: ID!) { role(id: $id) { permissions { key } } }', { id: roleIds.readOnly }, environment);
      return (answer.data as { role: { permissions: { key: string }[] } }).role.permissions.map(({ key }) => key);
    };
    expect(await read()).toContain('orders.read');
    expect(await run(harness, documents.deletePermission, { permissionId: id }, environment)).toMatchObject({ deletedPermissionId: id });
    expect(await read()).not.toContain('orders.read');
    const changed = await run(harness, documents.updatePermissionCategory, { categoryId: category.id, description: 'All of them' }, environment);
    expect(changed.category).toMatchObject({ name: 'Orders', description: 'All of them' });
    expect(await run(harness, documents.deletePermissionCategory, { categoryId: category.restId }, environment)).toMatchObject({
      deletedCategoryId: category.id,
    });
  });

  test('refusals are members of the union', async () => {
    const refused = async (document: string, input: object) => (await run(harness, document, input, environment)).__typename;
    const builtIn = '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01';
    expect(await refused(documents.createPermission, { key: 'fe.mine', name: 'X' })).toBe('InvalidInputError');
    expect(await refused(documents.createPermission, { key: 'fe.secure.*', name: 'X' })).toBe('InvalidInputError');
    expect(await refused(documents.createPermission, { key: 'a', name: 'X', categoryId: 'nothing' })).toBe('PermissionCategoryNotFoundError');
    expect(await refused(documents.updatePermission, { permissionId: builtIn, name: 'X' })).toBe('BuiltInPermissionError');
    expect(await refused(documents.updatePermission, { permissionId: 'nothing', name: 'X' })).toBe('PermissionNotFoundError');
    expect(await refused(documents.deletePermission, { permissionId: builtIn })).toBe('BuiltInPermissionError');
    expect(await refused(documents.addPermissionToRoles, { permissionId: builtIn, roleIds: ['nothing'] })).toBe('RoleNotFoundError');
    expect(await refused(documents.createPermissionCategory, { name: 'Security' })).toBe('PermissionCategoryExistsError');
    expect(await refused(documents.updatePermissionCategory, { categoryId: 'nothing', name: 'X' })).toBe('PermissionCategoryNotFoundError');
  });

  test('the built-in categories are listed by name, and are nodes', async () => {
    const answer = await harness.graphql('{ permissionCategories { id name builtIn } }', {}, environment);
    const { permissionCategories: all } = answer.data as { permissionCategories: { id: string; name: string; builtIn: boolean }[] };
    expect(all.filter(({ builtIn }) => builtIn).map(({ name }) => name)).toEqual([
      ...['Account hierarchy', 'Account settings', 'Connectivity', 'Security', 'Subscriptions'],
    ]);
    const ids = [all[0]?.id, await permissionNamed('fe.secure.*'), globalId('Role', roleIds.admin)];
    const nodes = await harness.graphql('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids }, environment);
    expect(nodes.data).toEqual({
      nodes: ['PermissionCategory', 'Permission', 'Role'].map((type, index) => ({ __typename: type, id: ids[index] })),
    });
  });
});
