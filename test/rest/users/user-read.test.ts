import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, enroll, identity, logIn, setPolicy } from '../../support/builders.ts';
import { expectStrangersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, forbidden, joinTenant, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const notFound = refusal('User not found');
const harness = useHarness();

const read = async (id: string, tenantId?: string) => call(harness, 'GET', `/users/v1/${id}`, { headers: await asEnvironment(harness, tenantId) });

test('a user of the tenant, with what the environment may see', async () => {
  const user = await createUserInTenant(harness, 'seen', { vendorMetadata: '{"plan":1}', roleIds: [roleIds.readOnly] });
  const before = await read(user.id, user.tenantId);
  expect(before.statusCode).toBe(200);
  expect(before.json()).toMatchObject({
    id: user.id,
    sub: user.id,
    verified: true,
    activatedForTenant: true,
    vendorMetadata: '{"plan":1}',
    roles: [{ key: 'ReadOnly' }],
    permissions: [{ key: 'fe.connectivity.read.*' }, { key: 'fe.secure.read.*' }],
    lastLogin: null,
  });
  expect(Object.keys(before.json())).toHaveLength(25);
  await logIn(harness, user.email);
  expect((await read(user.id, user.tenantId)).json()).toEqual({ ...before.json(), lastLogin: harness.clock.now().toISOString() });
});

test('mfaEnrolled and mfaBypass are the facts of MFA shown here', async () => {
  const user = await createUserInTenant(harness, 'facts');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  expect((await read(user.id, user.tenantId)).json()).toMatchObject({ mfaEnrolled: false, mfaBypass: false });
  await enroll(harness, user.email);
  const answer = await read(user.id, user.tenantId);
  expect(answer.json()).toMatchObject({ mfaEnrolled: true, mfaBypass: false });
  expect(answer.body).not.toMatch(/secret|credential|hash|recovery/i);
});

test('roles are those of the tenant of the header', async () => {
  const user = await createUserInTenant(harness, 'two-roles', { roleIds: [roleIds.admin] });
  const second = await createTenant(harness, 'two-roles-2');
  await joinTenant(harness, user.email, second, { roleIds: [roleIds.readOnly] });
  expect((await read(user.id, user.tenantId)).json()).toMatchObject({ tenantId: user.tenantId, roles: [{ key: 'Admin' }] });
  const there = (await read(user.id, second)).json();
  expect(there).toMatchObject({ tenantId: second, roles: [{ key: 'ReadOnly' }], tenantIds: [user.tenantId, second] });
  expect(there.tenants.map((entry: { tenantId: string }) => entry.tenantId)).toEqual([user.tenantId, second]);
});

test('refused without tenant header, for users of other tenants, for ids of nobody', async () => {
  const user = await createUserInTenant(harness, 'hidden');
  const other = await createTenant(harness, 'elsewhere');
  expectRefusal(await read(user.id), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
  expectRefusal(await read(user.id, other), 404, notFound);
  expectRefusal(await read(user.id, 'no-such-tenant'), 404, refusal('Tenant not found'));
  for (const id of ['00000000-0000-4000-8000-000000000000', 'nobody', user.email, "'--"])
    expectRefusal(await read(id, user.tenantId), 404, notFound, id);
});

test('a user who may read users reads a member of the tenant, without what is for the operator alone', async () => {
  const user = await createUserInTenant(harness, 'read-by-user', { vendorMetadata: '{"plan":1}', roleIds: [roleIds.readOnly] });
  const reader = await createUser(harness, user.tenantId, 'reader@read-by-user.example', { roleIds: [roleIds.readOnly] });
  const headers = await asUser(harness, reader.email);
  const answer = await call(harness, 'GET', `/users/v1/${user.id}`, { headers });
  expect(answer.statusCode, answer.body).toBe(200);
  expect(answer.json()).toEqual({ ...(await read(user.id, user.tenantId)).json(), vendorMetadata: '{}' });
});

test('strangers get 401, users without the permission 403, even for themselves', async () => {
  const user = await createUserInTenant(harness, 'guarded');
  await expectStrangersRefused(harness, { url: `${identity}/users/v1/${user.id}` });
  expectRefusal(await call(harness, 'GET', `/users/v1/${user.id}`, { headers: await asUser(harness, user.email) }), 403, forbidden);
});
