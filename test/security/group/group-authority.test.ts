import { beforeAll, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, enroll, expectStatus, identity, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { loggedIn, refresh } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const base = `${identity}/groups/v1`;
const groupPermissions = ['read.groups', 'write.groups', 'delete.groups', 'write.groupsRoles', 'write.groupsUsers', 'delete.groupsUsers'];

let vendor: Record<string, string>;
let leader: Record<string, string>;
let member: TestUser;
let [strong, weak] = ['', ''];

const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body: object | undefined, headers: Record<string, string>) =>
  harness.send({ method, url: `${base}${path}`, headers, ...(body ? { body } : {}) });
const roleOf = async (key: string, level: number, permissionKeys: readonly string[]): Promise<string> => {
  const all = (await harness.send({ url: `${identity}/permissions/v1`, headers: vendor })).json<{ id: string; key: string }[]>();
  const permissions = all.filter((each) => permissionKeys.includes(each.key)).map(({ id }) => id);
  const answer = await harness.send({ method: 'POST', url: `${identity}/roles/v1`, headers: vendor, body: [{ key, name: key, level }] });
  expectStatus(answer, 201);
  const [role] = answer.json<{ id: string }[]>();
  const set = { method: 'PUT', url: `${identity}/roles/v1/${role?.id}/permissions`, headers: vendor, body: { permissionIds: permissions } } as const;
  expectStatus(await harness.send(set), 200);
  return role?.id ?? '';
};
const groupWith = async (name: string, roleIds: readonly string[], userIds: readonly string[] = []): Promise<string> => {
  const { id } = (await send('POST', '', { name }, vendor)).json<{ id: string }>();
  expectStatus(await send('POST', `/${id}/roles`, { roleIds }, vendor), 201);
  expectStatus(await send('POST', `/${id}/users`, { userIds }, vendor), 201);
  return id;
};
const bearer = async (email: string) => ({ authorization: `Bearer ${(await loggedIn(harness, email)).accessToken}` });

beforeAll(async () => {
  await createTenant(harness, 'league');
  vendor = await asEnvironment(harness, 'league');
  strong = await roleOf('strong', 1, ['fe.secure.*']);
  weak = await roleOf('weak', 10, ['fe.secure.read.users']);
  const leading = await roleOf(
    'leading',
    5,
    groupPermissions.map((name) => `fe.secure.${name}`),
  );
  leader = await bearer((await createUser(harness, 'league', 'leader@league.example', { roleIds: [leading] })).email);
  member = await createUser(harness, 'league', 'member@league.example');
});

test('nobody becomes more powerful by a group: not by its roles, its members or itself', async () => {
  const [powerful, harmless] = [await groupWith('powerful', [strong]), await groupWith('harmless', [weak])];
  const [own] = await query(harness, "select id from users where email = 'leader@league.example'");
  const lord = await createUser(harness, 'league', 'lord@league.example', { roleIds: [strong] });
  for (const [method, path, body] of [
    ['POST', `/${harmless}/roles`, { roleIds: [strong] }],
    ['DELETE', `/${powerful}/roles`, { roleIds: [strong] }],
    ['POST', `/${powerful}/users`, { userIds: [own?.id] }],
    ['DELETE', `/${powerful}/users`, { userIds: [member.id] }],
    ['POST', `/${harmless}/users`, { userIds: [lord.id] }],
    ['PATCH', `/${powerful}`, { name: 'mine' }],
    ['DELETE', `/${powerful}`, undefined],
  ] as const) {
    const answer = await send(method, path, body, leader);
    expect([answer.statusCode, answer.json()], `${method} ${path}`).toEqual([403, { errors: ['Role level is too low'] }]);
  }
  expectStatus(await send('POST', `/${harmless}/users`, { userIds: [member.id] }, leader), 201);
});

test('a role that a group gives makes its holder as powerful as one that was given, and acts at once', async () => {
  const raised = await createUser(harness, 'league', 'raised@league.example');
  const headers = await bearer(raised.email);
  const read = async () => (await send('GET', '', undefined, headers)).statusCode;
  expect(await read()).toBe(403);
  const id = await groupWith('raising', [strong], [raised.id]);
  expect(await read()).toBe(200);
  // The leader may not act on somebody who is more powerful by a group.
  const harmless = await groupWith('beside', []);
  expect((await send('POST', `/${harmless}/users`, { userIds: [raised.id] }, leader)).statusCode).toBe(403);
  const { accessToken } = await loggedIn(harness, raised.email);
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  expect([claims.roles, claims.permissions]).toEqual([['strong'], ['fe.secure.*']]);
  expectStatus(await send('DELETE', `/${id}/users`, { userIds: [raised.id] }, vendor), 200);
  expect(await read()).toBe(403);
});

test('a user without the permission reads and changes no group', async () => {
  const id = await groupWith('closed', [weak]);
  const headers = await bearer(member.email);
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['GET', `/${id}`, undefined],
    ['POST', '', { name: 'x' }],
    ['POST', '/bulkGet', { groupsIds: [id] }],
    ['PATCH', `/${id}`, { name: 'x' }],
    ['DELETE', `/${id}`, undefined],
    ['POST', `/${id}/roles`, { roleIds: [weak] }],
    ['POST', `/${id}/users`, { userIds: [member.id] }],
    ['DELETE', `/${id}/users`, { userIds: [member.id] }],
  ] as const)
    expect((await send(method, path, body, headers)).statusCode, `${method} ${path}`).toBe(403);
});

test('what hangs on a role, a membership, a user or a tenant goes with it', async () => {
  await createTenant(harness, 'gone');
  const headers = await asEnvironment(harness, 'gone');
  const [one, two] = [await createUser(harness, 'gone', 'one@gone.example'), await createUser(harness, 'gone', 'two@gone.example')];
  const { id } = (await send('POST', '', { name: 'team' }, headers)).json<{ id: string }>();
  const role = await roleOf('temporary', 9, []);
  const shared = await harness.send({
    method: 'PUT',
    url: `${identity}/roles/v1/${role}/tenant`,
    headers: await asEnvironment(harness),
    body: { tenantId: null },
  });
  expectStatus(shared, 200);
  expectStatus(await send('POST', `/${id}/roles`, { roleIds: [role] }, headers), 201);
  expectStatus(await send('POST', `/${id}/users`, { userIds: [one.id, two.id] }, headers), 201);
  const count = async (table: string) => (await query(harness, `select * from ${table} where group_id = '${id}'`)).length;
  expect([await count('group_roles'), await count('group_members')]).toEqual([1, 2]);
  // A role of another tenant alone is not held here any more.
  await harness.send({
    method: 'PUT',
    url: `${identity}/roles/v1/${role}/tenant`,
    headers: await asEnvironment(harness),
    body: { tenantId: 'league' },
  });
  expect(await count('group_roles')).toBe(0);
  await harness.send({ method: 'DELETE', url: `${identity}/users/v1/${one.id}`, headers });
  expect(await count('group_members')).toBe(1);
  expectStatus(await send('POST', `/${id}/roles`, { roleIds: [(await roleOfGone(headers)) ?? ''] }, headers), 201);
  await harness.send({ method: 'DELETE', url: '/tenants/resources/tenants/v1/gone', headers: await asEnvironment(harness) });
  expect([await count('group_roles'), await count('group_members')]).toEqual([0, 0]);
  expect(await query(harness, `select id from groups where id = '${id}'`)).toEqual([]);
});

const roleOfGone = async (headers: Record<string, string>): Promise<string | undefined> =>
  (await harness.send({ method: 'POST', url: `${identity}/roles/v1`, headers, body: [{ key: 'own', name: 'own' }] })).json<{ id: string }[]>()[0]?.id;

test('over GraphQL, changes of roles and members of a group ask for a fresh factor', async () => {
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'league');
  const [admin] = [await createUser(harness, 'league', 'stale@league.example', { roleIds: [strong] })];
  const { refreshToken } = await enroll(harness, admin.email);
  harness.clock.advance({ seconds: 301 });
  const answer = await refresh(harness, refreshToken);
  const headers = { authorization: `Bearer ${answer.json<{ accessToken: string }>().accessToken}` };
  const id = await groupWith('stale', [weak]);
  for (const [name, more] of [
    ['addGroupRoles', { roleIds: [weak] }],
    ['removeGroupRoles', { roleIds: [weak] }],
    ['addGroupMembers', { userIds: [member.id] }],
  ] as const) {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`;
    const { errors } = await harness.graphql(document, { input: { groupId: id, ...more } }, headers);
    expect(errors?.[0]?.extensions?.code, name).toBe('STEP_UP_REQUIRED');
  }
  await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'league');
});
