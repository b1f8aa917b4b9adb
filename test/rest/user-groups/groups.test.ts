import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createRole, createTenant, createUser, identity } from '../../support/builders.ts';
import { loggedIn } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const base = `${identity}/groups/v1`;
let headers: Record<string, string>;
let member: TestUser;
let roleId: string;

interface Shown {
  id: string;
  name: string;
  roles: { id: string }[];
  users: { id: string }[];
}
const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object, as = headers) =>
  harness.send({
    method,
    url: path.startsWith('/') ? `${identity}${path}` : `${base}${path === '' ? '' : `/${path}`}`,
    headers: as,
    ...(body ? { body } : {}),
  });
const create = async (name: string): Promise<string> => {
  harness.clock.advance({ seconds: 1 });
  return (await send('POST', '', { name })).json<Shown>().id;
};

beforeAll(async () => {
  await createTenant(harness, 'teams');
  await createTenant(harness, 'others');
  headers = await asEnvironment(harness, 'teams');
  roleId = await createRole(harness, 'teams', 'seller', ['fe.secure.read.users']);
  member = await createUser(harness, 'teams', 'member@teams.example');
});

test('J2, J4, J5, J6: a group is created, read, changed and deleted', async () => {
  const created = await send('POST', '', { name: 'Sales', color: '#fff', metadata: { a: 1 } });
  expect(created.statusCode).toBe(201);
  const group = created.json<Shown>();
  expect(group).toEqual({
    ...{ id: group.id, name: 'Sales', color: '#fff', description: '', metadata: '{"a":1}', roles: [], users: [], managedBy: 'frontegg' },
    ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
  });
  const again = await send('POST', '', { name: 'Sales' });
  expect([again.statusCode, again.json()]).toEqual([409, { errors: ['Group already exists'] }]);
  expect((await send('GET', `${group.id}/?_groupsRelations=roles`)).json()).toEqual(group);
  const changed = await send('PATCH', group.id, { description: 'Sells' });
  expect([changed.statusCode, changed.json()]).toMatchObject([200, { name: 'Sales', description: 'Sells' }]);
  const other = await create('Support');
  expect((await send('PATCH', other, { name: 'Sales' })).statusCode).toBe(409);
  expect((await send('PATCH', other, { name: 'Support' })).statusCode).toBe(200);
  const deleted = await send('DELETE', group.id);
  expect([deleted.statusCode, deleted.body]).toEqual([200, '']);
  for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { name: 'x' }]] as const) {
    const gone = await send(method, group.id, body);
    expect([gone.statusCode, gone.json()], method).toEqual([404, { errors: ['Group not found'] }]);
  }
  await send('DELETE', other);
});

test('J1, J3, J9: groups are listed, with roles and users only where they are asked for', async () => {
  const [one, two] = [await create('One'), await create('Two')];
  expect((await send('POST', `${one}/roles`, { roleIds: [roleId] })).body).toBe('');
  const added = await send('POST', `${one}/users`, { userIds: [member.id] });
  expect([added.statusCode, added.body]).toEqual([201, '']);
  const { groups } = (await send('GET', '')).json<{ groups: Shown[] }>();
  expect(groups.map(({ id, roles, users }) => [id, roles, users])).toEqual([
    [one, [], []],
    [two, [], []],
  ]);
  const full = (await send('GET', '/groups/v1?_groupsRelations=rolesAndUsers')).json<{ groups: Shown[] }>().groups[0];
  expect(full?.roles.map(({ id }) => id)).toEqual([roleId]);
  expect(full?.roles[0]).not.toHaveProperty('permissions');
  expect(full?.users).toEqual([
    { id: member.id, email: member.email, name: expect.any(String), profilePictureUrl: '', createdAt: expect.any(String), activatedForTenant: true },
  ]);
  const some = await send('POST', 'bulkGet', { groupsIds: [two, 'unknown'] });
  expect([some.statusCode, some.json<{ groups: Shown[] }>().groups.map(({ id }) => id)]).toEqual([201, [two]]);
  const page = await send('GET', '/groups/v2?_sortBy=name&_order=DESC&_limit=1');
  expect(page.json()).toMatchObject({ items: [{ id: two }], _metadata: { totalItems: 2, totalPages: 2 } });
  expect((await send('GET', '/groups/v2?_sortBy=color')).statusCode).toBe(400);
  const states = (await send('GET', `/users/v3/groups?ids=${member.id}`)).json();
  expect(states).toEqual([{ vendorId: expect.any(String), tenantId: 'teams', userId: member.id, groupIds: [one] }]);
  const { accessToken } = await loggedIn(harness, member.email);
  const me = await harness.send({ url: `${identity}/users/v2/me`, headers: { authorization: `Bearer ${accessToken}` } });
  expect(me.json()).toMatchObject({ groups: [{ id: one, name: 'One' }], roles: [{ key: 'seller' }] });
  const taken = await send('DELETE', `${one}/roles`, { roleIds: [roleId] });
  expect([taken.statusCode, taken.body]).toEqual([200, '']);
  const removed = await send('DELETE', `${one}/users`, { userIds: [member.id] });
  expect([removed.statusCode, removed.body]).toEqual([200, '']);
  const left = (await send('GET', '/groups/v1?_groupsRelations=rolesAndUsers')).json<{ groups: Shown[] }>().groups[0];
  expect([left?.roles, left?.users]).toEqual([[], []]);
  for (const id of [one, two]) await send('DELETE', id);
});

test('J10 to J13 refuse what is unknown or of another tenant', async () => {
  const id = await create('Refusing');
  const stranger = await createUser(harness, 'others', 'stranger@others.example');
  const foreign = await createRole(harness, 'others', 'foreign', []);
  expect((await send('POST', `${id}/users`, { userIds: [stranger.id] })).json()).toEqual({ errors: ['User not found'] });
  expect((await send('POST', `${id}/roles`, { roleIds: [foreign] })).json()).toEqual({ errors: ['Role not found'] });
  expect((await send('POST', 'none/roles', { roleIds: [roleId] })).json()).toEqual({ errors: ['Group not found'] });
  const elsewhere = await asEnvironment(harness, 'others');
  for (const [method, path, body] of [
    ['GET', id],
    ['PATCH', id, { name: 'x' }],
    ['DELETE', id],
    ['POST', `${id}/roles`, { roleIds: [] }],
    ['DELETE', `${id}/users`, { userIds: [] }],
  ] as const)
    expect((await send(method, path, body, elsewhere)).statusCode, `${method} ${path}`).toBe(404);
  const unnamed = await asEnvironment(harness);
  for (const [method, path, body] of [
    ['GET', ''],
    ['GET', id],
    ['POST', '', { name: 'x' }],
    ['POST', 'bulkGet', { groupsIds: [id] }],
  ] as const)
    expect((await send(method, path, body, unnamed)).statusCode, `${method} ${path}`).toBe(403);
  expect((await send('POST', '', { name: 'x'.repeat(256) })).statusCode).toBe(400);
  expect((await send('POST', '', { name: 'x', metadata: 'no' })).json()).toMatchObject({ errors: ['metadata must be a JSON object'] });
  await send('DELETE', id);
});

describe('J7, J8: groups can be switched off', () => {
  test('they stay, their roles do not count, and none is created', async () => {
    const vendor = await asEnvironment(harness);
    expect((await send('GET', 'config')).json()).toEqual({ enabled: true, rolesEnabled: true });
    const id = await create('Switched');
    await send('POST', `${id}/roles`, { roleIds: [roleId] });
    await send('POST', `${id}/users`, { userIds: [member.id] });
    const bearer = { authorization: `Bearer ${(await loggedIn(harness, member.email)).accessToken}` };
    const may = async () => (await harness.send({ url: `${identity}/users/v3`, headers: bearer })).statusCode === 200;
    expect(await may()).toBe(true);
    for (const [body, allowed] of [
      [{ rolesEnabled: false }, false],
      [{ rolesEnabled: true }, true],
      [{ enabled: false }, false],
    ] as const) {
      const set = await send('POST', 'config', body, vendor);
      expect([set.statusCode, set.body]).toEqual([201, '']);
      expect(await may(), JSON.stringify(body)).toBe(allowed);
    }
    const refused = await send('POST', '', { name: 'Refused' });
    expect([refused.statusCode, refused.json()]).toEqual([403, { errors: ['Groups are disabled'] }]);
    expect((await send('GET', id)).statusCode).toBe(200);
    await send('POST', 'config', { enabled: true }, vendor);
    expect(await may()).toBe(true);
    expect((await send('POST', 'config', { enabled: true }, bearer)).statusCode).toBe(403);
    await send('DELETE', id);
    expect(await may()).toBe(false);
  });
});
