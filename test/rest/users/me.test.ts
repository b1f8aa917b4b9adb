import { expect, test } from 'vitest';
import { createTenant, createUserInTenant, enroll, identity, setPolicy } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, forbidden, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/users/v2/me';
const harness = useHarness();

const me = (headers: Record<string, string>) => call(harness, 'GET', path, { headers });

test('the user of the token, every field, and nothing of a login: browsers merge this over the login answer', async () => {
  const user = await createUserInTenant(harness, 'whole', { name: 'Dana', metadata: '{"a":1}', vendorMetadata: '{"secret":1}', externalId: 'e' });
  const createdAt = harness.clock.now().toISOString();
  harness.clock.advance({ seconds: 1 });
  const answer = await me(await asUser(harness, user.email));
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    id: user.id,
    sub: user.id,
    email: user.email,
    name: 'Dana',
    profilePictureUrl: '',
    verified: true,
    mfaEnrolled: false,
    mfaBypass: false,
    phoneNumber: null,
    roles: [],
    permissions: [],
    provider: 'local',
    tenantId: 'whole',
    tenantIds: ['whole'],
    activatedForTenant: true,
    isLocked: false,
    tenants: [{ tenantId: 'whole', roles: [], isDisabled: false }],
    metadata: '{"a":1}',
    vendorMetadata: '{}',
    externalId: 'e',
    createdAt,
    lastLogin: harness.clock.now().toISOString(),
    groups: [],
    subAccountAccessAllowed: false,
    managedBy: 'frontegg',
  });
});

test('mfaEnrolled turns true with the first factor', async () => {
  const user = await createUserInTenant(harness, 'factor');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  const { accessToken } = await enroll(harness, user.email);
  expect((await me({ authorization: `Bearer ${accessToken}` })).json()).toMatchObject({ mfaEnrolled: true });
});

test('roles are those of the tenant of the token, or of the own tenant the header names', async () => {
  const user = await createUserInTenant(harness, 'here', { roleIds: [roleIds.admin] });
  const there = await createTenant(harness, 'there');
  await joinTenant(harness, user.email, there);
  const headers = await asUser(harness, user.email);
  expect((await me(headers)).json()).toMatchObject({
    tenantId: 'here',
    roles: [{ key: 'Admin' }],
    permissions: [{ key: 'fe.connectivity.*' }, { key: 'fe.secure.*' }],
  });
  expect((await me({ ...headers, 'frontegg-tenant-id': there })).json()).toMatchObject({ tenantId: there, roles: [], permissions: [] });
  expectRefusal(await me({ ...headers, 'frontegg-tenant-id': 'whole' }), 403, forbidden);
  expect((await me({ ...headers, 'frontegg-user-id': 'somebody-else' })).json(), 'that header is for the environment').toMatchObject({ id: user.id });
});

test('strangers get 401, the environment token 403', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectEnvironmentRefused(harness, { url: `${identity}${path}` });
});
