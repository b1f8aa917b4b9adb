import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, identity, logIn, setPolicy } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, joinTenant, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const notFound = refusal('User not found');
const harness = useHarness();

const read = async (id: string, tenantId?: string) =>
  call(harness, 'GET', `/vendor-only/users/v1/${id}`, { headers: await asEnvironment(harness, tenantId) });

test('a user of any tenant, without a tenant header, with what the environment may see', async () => {
  const user = await createUserInTenant(harness, 'any', { vendorMetadata: '{"plan":1}', roleIds: [roleIds.readOnly], mfaBypass: true });
  const answer = await read(user.id);
  expect(answer.statusCode).toBe(200);
  expect(Object.keys(answer.json())).toHaveLength(25);
  expect(answer.json()).toMatchObject({ id: user.id, tenantId: 'any', vendorMetadata: '{"plan":1}', mfaEnrolled: false, mfaBypass: true });
  expect((await call(harness, 'GET', `/users/v1/${user.id}`, { headers: await asEnvironment(harness, 'any') })).json()).toEqual(answer.json());
});

test('mfaEnrolled turns true with the first factor, and nothing of the factor is shown', async () => {
  const user = await createUserInTenant(harness, 'factor');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  await enroll(harness, user.email);
  const answer = await read(user.id);
  expect(answer.json()).toMatchObject({ mfaEnrolled: true, mfaBypass: false });
  expect(answer.body).not.toMatch(/secret|credential|hash|recovery/i);
});

test('seen from the tenant a login enters, or from the one the header names', async () => {
  const user = await createUserInTenant(harness, 'first', { roleIds: [roleIds.admin] });
  const second = await createTenant(harness, 'second');
  await joinTenant(harness, user.email, second, { roleIds: [roleIds.readOnly] });
  await logIn(harness, user.email);
  expect((await read(user.id)).json()).toMatchObject({ tenantId: 'first', roles: [{ key: 'Admin' }], tenantIds: ['first', 'second'] });
  expect((await read(user.id, second)).json()).toMatchObject({ tenantId: second, roles: [{ key: 'ReadOnly' }] });
  const headers = await asUser(harness, user.email);
  await call(harness, 'PUT', '/users/v1/tenant', { headers, body: { tenantId: second } });
  expect((await read(user.id)).json()).toMatchObject({ tenantId: 'first' });
});

test('ids of nobody, and of users outside the tenant of the header, answer 404', async () => {
  const user = await createUserInTenant(harness, 'hidden');
  expectRefusal(await read(user.id, await createTenant(harness, 'elsewhere')), 404, notFound);
  for (const id of ['00000000-0000-4000-8000-000000000000', 'nobody', user.email, "'--"]) expectRefusal(await read(id), 404, notFound, id);
});

test('strangers get 401, users 403, and the headers are checked', async () => {
  const user = await createUserInTenant(harness, 'guarded');
  const request = { url: `${identity}/vendor-only/users/v1/${user.id}` };
  await expectStrangersRefused(harness, request);
  await expectUsersRefused(harness, request);
  await expectTenantHeaderChecked(harness, request);
  await expectOlderHeaderServes(harness, request, 200);
});
