import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment } from '../../support/builders.ts';
import { call, expectEmpty, expectRefusal, faults, refusal, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Permission {
  id: string;
  key: string;
  roleIds: string[];
  categoryId: string | null;
  assignmentType: string;
}

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const send = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) =>
  call(harness, method, path, { headers: environment, ...(body === undefined ? {} : { body }) });
const all = async (): Promise<Permission[]> => (await send('GET', '/permissions/v1')).json();
const created = async (permission: object): Promise<Permission> => {
  const answer = await send('POST', '/permissions/v1', [permission]);
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<[Permission]>()[0];
};
const conflict = refusal('Permissions already exists');
const notFound = refusal('Permission not found');
const builtIn = refusal('Built-in permissions cannot be changed');

describe('permissions', () => {
  test('the built-in ones are there, in categories, sorted by key, as the tools that look for them need', async () => {
    const permissions = await all();
    const keys = permissions.map(({ key }) => key);
    expect(keys).toEqual([...keys].sort());
    expect(keys).toHaveLength(75);
    const users = permissions.find(({ key }) => key === 'fe.secure.read.users');
    expect(users).toEqual({
      ...{ id: expect.any(String), key: 'fe.secure.read.users', name: 'Read users', description: '', roleIds: [] },
      ...{ categoryId: expect.any(String), fePermission: true, assignmentType: 'ASSIGNABLE' },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    expect(permissions.find(({ key }) => key === 'fe.secure.*')).toMatchObject({
      id: '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01',
      roleIds: [roleIds.admin],
    });
  });

  test('are created all or none, and never under a reserved key', async () => {
    const permission = await created({ key: 'orders.read', name: 'Read orders', description: null });
    const now = harness.clock.now().toISOString();
    expect(permission).toEqual({
      ...{ id: expect.stringMatching(uuid), key: 'orders.read', name: 'Read orders', description: '', roleIds: [], categoryId: null },
      ...{ fePermission: false, assignmentType: 'ASSIGNABLE', createdAt: now, updatedAt: now },
    });
    const more = { key: 'orders.write', name: 'Write orders' };
    expectRefusal(await send('POST', '/permissions/v1', [more, { key: 'orders.read', name: 'Again' }]), 409, conflict);
    expectRefusal(await send('POST', '/permissions/v1', [more, { key: 'fe.mine', name: 'Mine' }]), 400, faults('key must not start with fe.'));
    expectRefusal(await send('POST', '/permissions/v1', [{ ...more, categoryId: 'nothing' }]), 404, refusal('Permission category not found'));
    expectRefusal(await send('POST', '/permissions/v1', more), 400, faults('Expected body to be an array'));
    expect((await all()).map(({ key }) => key)).not.toContain('orders.write');
  });

  test('are changed and deleted by id or by key', async () => {
    const permission = await created({ key: 'by.key', name: 'Before' });
    expect((await send('PATCH', `/permissions/v1/${permission.id}`, { name: 'Between' })).json()).toMatchObject({ name: 'Between' });
    expect((await send('PATCH', '/permissions/v1/by.key', { name: 'After', key: 'by.another' })).json()).toMatchObject({
      ...{ id: permission.id, key: 'by.another', name: 'After' },
    });
    expectRefusal(await send('PATCH', '/permissions/v1/by.key', { name: 'X' }), 404, notFound);
    expectRefusal(await send('PATCH', '/permissions/v1/by.another', {}), 400, refusal('Missing parameters to update'));
    expectRefusal(await send('PATCH', '/permissions/v1/by.another', { key: 'fe.x' }), 400, faults('key must not start with fe.'));
    await created({ key: 'by.other', name: 'Other' });
    expectRefusal(await send('PATCH', '/permissions/v1/by.another', { key: 'by.other' }), 409, conflict);
    expectEmpty(await send('DELETE', '/permissions/v1/by.another'), 204);
    expectRefusal(await send('DELETE', `/permissions/v1/${permission.id}`), 404, notFound);
  });

  test('built-in ones stay as they are', async () => {
    for (const named of ['fe.secure.*', '0b8a4a52-6a0c-4c55-9a3e-3f0d8f6f7b01']) {
      expectRefusal(await send('PATCH', `/permissions/v1/${named}`, { name: 'Mine' }), 403, builtIn);
      expectRefusal(await send('DELETE', `/permissions/v1/${named}`), 403, builtIn);
    }
  });

  test('are added to roles and leave those that have them; deleting one takes it from all roles', async () => {
    const permission = await created({ key: 'added', name: 'Added' });
    const add = (ids: string[]) => send('PUT', `/permissions/v1/${permission.id}/roles`, { roleIds: ids });
    expect((await add([roleIds.admin])).json()).toMatchObject({ roleIds: [roleIds.admin] });
    expect((await add([roleIds.readOnly, roleIds.readOnly])).json()).toMatchObject({ roleIds: [roleIds.admin, roleIds.readOnly] });
    expectRefusal(await add(['nothing']), 404, refusal('Role not found'));
    expectRefusal(await send('PUT', '/permissions/v1/nothing/roles', { roleIds: [] }), 404, notFound);
    expectEmpty(await send('DELETE', `/permissions/v1/${permission.id}`), 204);
    const roles = (await send('GET', '/roles/v1')).json<{ id: string; permissions: string[] }[]>();
    expect(roles.flatMap(({ permissions }) => permissions)).not.toContain(permission.id);
  });

  test('are classified together, the built-in ones as well', async () => {
    const permission = await created({ key: 'classified', name: 'Classified', assignmentType: 'NEVER' });
    expect(permission.assignmentType).toBe('NEVER');
    const classify = (permissionIds: string[], type: string) => send('PUT', '/permissions/v1/classification', { permissionIds, type });
    const ids = [permission.id, (await all()).find(({ key }) => key === 'fe.secure.read.audits')?.id ?? ''];
    const answer = (await classify(ids, 'ALWAYS')).json<Permission[]>();
    expect(answer.map(({ id, assignmentType }) => [id, assignmentType]).sort()).toEqual(ids.map((id) => [id, 'ALWAYS']).sort());
    expectRefusal(await classify([...ids, 'nothing'], 'NEVER'), 404, notFound);
    expectRefusal(await classify(ids, 'SOMETIMES'), 400, faults('type must be one of the following values: NEVER, ALWAYS, ASSIGNABLE'));
    expect(
      (await all())
        .filter(({ assignmentType }) => assignmentType === 'ALWAYS')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...ids].sort());
  });
});

describe('categories', () => {
  const path = '/permissions/v1/categories';

  test('are created, changed, filled and deleted, and a deleted one leaves its permissions', async () => {
    const answer = await send('POST', path, { name: 'Orders' });
    expect(answer.statusCode, answer.body).toBe(201);
    const category = answer.json<{ id: string }>();
    expect(category).toMatchObject({ name: 'Orders', description: null, feCategory: false, permissionIds: [] });
    expectRefusal(await send('POST', path, { name: 'Orders' }), 409, refusal('Permission category already exists'));
    const permission = await created({ key: 'of.category', name: 'Of a category', categoryId: category.id });
    const changed = await send('PATCH', `${path}/${category.id}`, { description: 'All about orders' });
    expect(changed.json()).toMatchObject({ name: 'Orders', description: 'All about orders', permissionIds: [permission.id] });
    expectRefusal(await send('PATCH', `${path}/${category.id}`, { name: 'Security' }), 409, refusal('Permission category already exists'));
    expectRefusal(await send('PATCH', `${path}/${category.id}`, {}), 400, refusal('Missing parameters to update'));
    expectEmpty(await send('DELETE', `${path}/${category.id}`), 200);
    expectRefusal(await send('DELETE', `${path}/${category.id}`), 404, refusal('Permission category not found'));
    expect((await all()).find(({ id }) => id === permission.id)).toMatchObject({ categoryId: null });
  });

  test('built-in ones are listed by name and stay as they are', async () => {
    const categories = (await send('GET', path)).json<{ id: string; name: string; feCategory: boolean; permissionIds: string[] }[]>();
    const names = categories.filter(({ feCategory }) => feCategory).map(({ name }) => name);
    expect(names).toEqual(['Account hierarchy', 'Account settings', 'Connectivity', 'Security', 'Subscriptions']);
    expect(categories.flatMap(({ permissionIds }) => permissionIds).length).toBeGreaterThanOrEqual(75);
    const security = categories.find(({ name }) => name === 'Security');
    expectRefusal(await send('PATCH', `${path}/${security?.id}`, { name: 'Mine' }), 403, builtIn);
    expectRefusal(await send('DELETE', `${path}/${security?.id}`), 403, builtIn);
  });
});
