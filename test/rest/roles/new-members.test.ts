import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, logIn } from '../../support/builders.ts';
import { call, claimsOf, expectRefusal, joinTenant, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  const roles = [
    { key: 'first', name: 'First', firstUserRole: true },
    { key: 'default', name: 'Default', isDefault: true },
  ];
  const answer = await call(harness, 'POST', '/roles/v1', {
    headers: { ...environment, 'frontegg-tenant-id': await createTenant(harness, 'new') },
    body: roles,
  });
  expect(answer.statusCode).toBe(201);
});

const rolesOf = async (email: string) => claimsOf((await logIn(harness, email)).json<{ accessToken: string }>().accessToken).roles;

test('the first user of a tenant gets the roles for it, later ones the default roles, and whoever is given roles gets those alone', async () => {
  await createUser(harness, 'new', 'one@acme.example');
  await createUser(harness, 'new', 'two@acme.example');
  await createUser(harness, 'new', 'three@acme.example', { roleIds: [roleIds.readOnly] });
  expect(await rolesOf('one@acme.example')).toEqual(['first']);
  expect(await rolesOf('two@acme.example')).toEqual(['default']);
  expect(await rolesOf('three@acme.example')).toEqual(['ReadOnly']);
  await createUser(harness, await createTenant(harness, 'elsewhere'), 'joins@acme.example');
  await joinTenant(harness, 'joins@acme.example', 'new');
  const { id } = (await logIn(harness, 'joins@acme.example')).json<{ id: string }>();
  expect(id).toBeUndefined();
  expect(await rolesOf('joins@acme.example')).toEqual([]);
});

test('of several first users at once exactly one gets the roles for the first', async () => {
  const tenantId = await createTenant(harness, 'raced');
  const headers = { ...environment, 'frontegg-tenant-id': tenantId };
  await call(harness, 'POST', '/roles/v1', { headers, body: [{ key: 'chief', name: 'Chief', firstUserRole: true }] });
  const users = await Promise.all(Array.from({ length: 5 }, (_, index) => createUser(harness, tenantId, `raced-${index}@acme.example`)));
  const roles = await Promise.all(users.map(({ email }) => rolesOf(email)));
  expect(roles.flat()).toEqual(['chief']);
});

test('roles of another tenant, or none at all, are refused, and nobody is created', async () => {
  const other = { ...environment, 'frontegg-tenant-id': await createTenant(harness, 'foreign-role') };
  const [foreign] = (await call(harness, 'POST', '/roles/v1', { headers: other, body: [{ key: 'foreign', name: 'Foreign' }] })).json<
    [{ id: string }]
  >();
  for (const id of [foreign.id, 'nothing', 'Admin']) {
    const body = { email: 'refused@acme.example', tenantId: 'new', roleIds: [roleIds.readOnly, id] };
    expectRefusal(await call(harness, 'POST', '/vendor-only/users/v1', { headers: environment, body }), 404, refusal('Role not found'));
  }
  await createUser(harness, 'new', 'refused@acme.example');
});
