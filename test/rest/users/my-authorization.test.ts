import { expect, test } from 'vitest';
import { createTenant, createUserInTenant, identity } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import { asUser, call, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/users/v1/me/authorization';
const harness = useHarness();

test('roles and permissions in the tenant in force, as the user object has them, and nothing else', async () => {
  const user = await createUserInTenant(harness, 'here', { roleIds: [roleIds.admin] });
  await joinTenant(harness, user.email, await createTenant(harness, 'there'), { roleIds: [roleIds.readOnly] });
  const headers = await asUser(harness, user.email);
  const { roles, permissions } = (await call(harness, 'GET', '/users/v2/me', { headers })).json();
  const answer = await call(harness, 'GET', path, { headers });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ roles, permissions });
  expect(answer.json()).toMatchObject({ roles: [{ key: 'Admin' }], permissions: [{ key: 'fe.connectivity.*' }, { key: 'fe.secure.*' }] });
  const there = await call(harness, 'GET', path, { headers: { ...headers, 'frontegg-tenant-id': 'there' } });
  expect(there.json()).toMatchObject({ roles: [{ key: 'ReadOnly' }], permissions: [{ key: 'fe.connectivity.read.*' }, { key: 'fe.secure.read.*' }] });
});

test('two empty lists for a member without a role', async () => {
  const user = await createUserInTenant(harness, 'none');
  expect((await call(harness, 'GET', path, { headers: await asUser(harness, user.email) })).json()).toEqual({ roles: [], permissions: [] });
});

test('strangers get 401, the environment token 403', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectEnvironmentRefused(harness, { url: `${identity}${path}` });
});
