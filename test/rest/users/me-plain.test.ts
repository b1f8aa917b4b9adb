import { expect, test } from 'vitest';
import { createUserInTenant, enroll, identity, setPolicy } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, forbidden } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/users/v3/me';
const harness = useHarness();

test('the user as v2 shows it, less roles, permissions and groups at the top', async () => {
  const user = await createUserInTenant(harness, 'plain', { roleIds: [roleIds.admin], vendorMetadata: '{"hidden":1}', mfaBypass: true });
  const headers = await asUser(harness, user.email);
  const { roles, permissions, groups, ...plain } = (await call(harness, 'GET', '/users/v2/me', { headers })).json();
  expect([roles.length, permissions.length, groups]).toEqual([1, 2, []]);
  const answer = await call(harness, 'GET', path, { headers });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual(plain);
  expect(answer.json()).toMatchObject({
    id: user.id,
    mfaEnrolled: false,
    mfaBypass: true,
    vendorMetadata: '{}',
    tenants: [{ roles: [{ key: 'Admin' }] }],
  });
});

test('mfaEnrolled turns true with the first factor', async () => {
  const user = await createUserInTenant(harness, 'factor');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const { accessToken } = await enroll(harness, user.email);
  const answer = await call(harness, 'GET', path, { headers: { authorization: `Bearer ${accessToken}` } });
  expect(answer.json()).toMatchObject({ mfaEnrolled: true, mfaBypass: false });
});

test('strangers get 401, the environment token and foreign tenants 403', async () => {
  const user = await createUserInTenant(harness, 'own');
  expectRefusal(await call(harness, 'GET', path, { headers: await asUser(harness, user.email, 'plain') }), 403, forbidden);
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectEnvironmentRefused(harness, { url: `${identity}${path}` });
});
