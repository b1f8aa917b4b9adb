import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant } from '../../support/builders.ts';
import { asUser, call, expectRefusal, faults, forbidden, joinTenant, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Role {
  id: string;
  key: string;
}

const harness = useHarness();
const notFound = refusal('User not found');
const tooLow = refusal('Role level is too low');
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });
async function roleOf(key: string, fields: object = {}, tenantId?: string): Promise<Role> {
  const headers = tenantId === undefined ? environment : inTenant(tenantId);
  const answer = await call(harness, 'POST', '/roles/v1', { headers, body: [{ key, name: key, ...fields }] });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<[Role]>()[0];
}
const change = (method: 'POST' | 'DELETE', userId: string, ids: unknown, headers: Record<string, string>) =>
  call(harness, method, `/users/v1/${userId}/roles`, { headers, body: { roleIds: ids } });
const keysIn = (answer: { json: () => unknown }): string[] => (answer.json() as { roles: Role[] }).roles.map(({ key }) => key);

describe('roles of a user', () => {
  test('are given and taken in the tenant of the header, and the answer has all that are held', async () => {
    const user = await createUserInTenant(harness, 'given', { roleIds: [roleIds.readOnly] });
    const other = await createTenant(harness, 'given-other');
    await joinTenant(harness, user.email, other);
    const clerk = await roleOf('clerk');
    const given = await change('POST', user.id, [clerk.id, roleIds.readOnly], inTenant('given'));
    expect(given.statusCode, given.body).toBe(201);
    expect(given.json()).toMatchObject({ tenantId: 'given', userId: user.id });
    expect(keysIn(given)).toEqual(['ReadOnly', 'clerk']);
    const taken = await change('DELETE', user.id, [roleIds.readOnly, roleIds.admin], inTenant('given'));
    expect(taken.statusCode, taken.body).toBe(200);
    expect(keysIn(taken)).toEqual(['clerk']);
    const read = (await call(harness, 'GET', `/users/v3/roles?ids=${user.id}`, { headers: environment })).json();
    expect(read).toEqual(
      [
        { vendorId: expect.any(String), tenantId: 'given', userId: user.id, roleIds: [clerk.id] },
        { vendorId: expect.any(String), tenantId: other, userId: user.id, roleIds: [] },
      ].sort((a, b) => (a.tenantId < b.tenantId ? -1 : 1)),
    );
    const kinds = (
      await harness.app.store.events.list({ userId: user.id, kinds: ['USER_ROLES_CHANGED'] }, { limit: 9, direction: 'forward', cursor: null })
    ).items;
    expect(kinds.map(({ reason, tenantId }) => [reason, tenantId]).sort()).toEqual([
      ['+clerk', 'given'],
      ['-ReadOnly', 'given'],
    ]);
    await change('DELETE', user.id, [roleIds.readOnly], inTenant('given'));
    expect(await harness.app.store.events.count({ userId: user.id, kinds: ['USER_ROLES_CHANGED'] })).toBe(2);
  });

  test('what cannot be is refused, and nothing changes', async () => {
    const user = await createUserInTenant(harness, 'refused');
    const foreign = await roleOf('foreign-role', {}, await createTenant(harness, 'refused-other'));
    const headers = inTenant('refused');
    expectRefusal(await change('POST', user.id, [roleIds.admin], environment), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
    expectRefusal(await change('POST', user.id, [roleIds.admin, foreign.id], headers), 404, refusal('Role not found'));
    expectRefusal(await change('POST', user.id, ['nothing'], headers), 404, refusal('Role not found'));
    expectRefusal(await change('POST', 'nobody', [roleIds.admin], headers), 404, notFound);
    expectRefusal(await change('POST', user.id, [roleIds.admin], inTenant('refused-other')), 404, notFound);
    expectRefusal(await change('POST', user.id, [], headers), 400, faults('roleIds must not be less than 1'));
    expectRefusal(await change('DELETE', user.id, undefined, headers), 400, faults('roleIds must be an array'));
    expect((await call(harness, 'GET', `/users/v1/${user.id}`, { headers })).json()).toMatchObject({ roles: [] });
  });

  test('are changed in all tenants or in some at once; what is in both lists is taken', async () => {
    const user = await createUserInTenant(harness, 'bulk-a', { roleIds: [roleIds.readOnly] });
    for (const name of ['bulk-b', 'bulk-c']) await joinTenant(harness, user.email, await createTenant(harness, name));
    const [one, local] = [await roleOf('bulk-one'), await roleOf('bulk-local', {}, 'bulk-b')];
    const bulk = (body: object) => call(harness, 'PATCH', `/vendor-only/users/v1/${user.id}/roles/bulk`, { headers: environment, body });
    const first = await bulk({ addRoleIds: [one.id, local.id], removeRoleIds: [roleIds.readOnly] });
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json()).toMatchObject({ userId: user.id, rolesRemoved: [roleIds.readOnly] });
    expect(first.json().affectedTenants.sort()).toEqual(['bulk-a', 'bulk-b', 'bulk-c']);
    const rolesIn = async (tenantId: string) => keysIn(await call(harness, 'GET', `/users/v1/${user.id}`, { headers: inTenant(tenantId) }));
    expect([await rolesIn('bulk-a'), await rolesIn('bulk-b')]).toEqual([['bulk-one'], ['bulk-local', 'bulk-one']]);
    const some = await bulk({ addRoleIds: [one.id, roleIds.admin], removeRoleIds: [one.id], tenantIds: ['bulk-c'] });
    expect(some.json()).toMatchObject({ affectedTenants: ['bulk-c'], rolesAdded: [roleIds.admin], rolesRemoved: [one.id] });
    expect([await rolesIn('bulk-a'), await rolesIn('bulk-c')]).toEqual([['bulk-one'], ['Admin']]);
    expect((await bulk({})).json()).toMatchObject({ affectedTenants: [] });
    expectRefusal(await bulk({ addRoleIds: ['nothing'] }), 404, refusal('Role not found'));
  });
});

describe('users who give roles', () => {
  test('need the permission, stay in their tenant, and reach neither a role nor a member above them', async () => {
    const tenantId = await createTenant(harness, 'giver');
    const permissions = (await call(harness, 'GET', '/permissions/v1', { headers: environment })).json<Role[]>();
    const idsOf = (...keys: string[]) => keys.map((key) => permissions.find((permission) => permission.key === key)?.id);
    const giver = await roleOf('giver', { level: 5, permissions: idsOf('fe.secure.write.usersRoles', 'fe.secure.read.users') });
    const [equal, above] = [await roleOf('equal', { level: 5 }), await roleOf('above', { level: 4 })];
    const { email } = await createUser(harness, tenantId, 'giver@acme.example', { roleIds: [giver.id] });
    const target = await createUser(harness, tenantId, 'target@acme.example', { roleIds: [equal.id] });
    const chief = await createUser(harness, tenantId, 'chief@acme.example', { roleIds: [above.id] });
    const stranger = await createUserInTenant(harness, 'giver-elsewhere');
    const headers = await asUser(harness, email);
    expect(keysIn(await change('POST', target.id, [giver.id], headers))).toEqual(['equal', 'giver']);
    expectRefusal(await change('POST', target.id, [above.id], headers), 403, tooLow);
    expectRefusal(await change('POST', target.id, [roleIds.admin], headers), 403, tooLow);
    expectRefusal(await change('POST', chief.id, [equal.id], headers), 403, tooLow);
    expectRefusal(await change('POST', stranger.id, [equal.id], headers), 404, notFound);
    expectRefusal(await change('DELETE', target.id, [giver.id], headers), 403, forbidden);
    const read = await call(harness, 'GET', `/users/v3/roles?ids=${target.id},${stranger.id}`, { headers });
    expect(read.json<{ userId: string }[]>().map(({ userId }) => userId)).toEqual([target.id]);
    expectRefusal(await call(harness, 'GET', '/users/v3/roles?ids=x', { headers: await asUser(harness, chief.email) }), 403, forbidden);
  });
});
