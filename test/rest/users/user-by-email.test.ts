import { expect, test } from 'vitest';
import { globalId } from '../../../src/graphql/builder/node-ids.ts';
import { asEnvironment, createTenant, createUserInTenant } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { call, expectRefusal, faults, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const find = async (email: string, tenantId?: string) =>
  call(harness, 'GET', `/users/v1/email?email=${encodeURIComponent(email)}`, { headers: await asEnvironment(harness, tenantId) });
const notFound = refusal('User not found');

test('a user is found by the address in any spelling, by the environment alone, and within the tenant that it names', async () => {
  const user = await createUserInTenant(harness, 'found');
  for (const email of [user.email, ' FOUND@acme.example ', 'found@ACME.example.']) {
    const answer = await find(email);
    expect(answer.statusCode, email).toBe(200);
    expect(answer.json()).toMatchObject({ id: user.id, email: user.email, tenants: [{ tenantId: 'found' }] });
    expect(answer.json()).not.toHaveProperty('roles');
  }
  expect((await find(user.email, 'found')).statusCode).toBe(200);
  expectRefusal(await find(user.email, await createTenant(harness, 'found-not')), 404, notFound);
  for (const email of ['nobody@acme.example', 'not an address', "' or 1=1 --"]) expectRefusal(await find(email), 404, notFound, email);
  expectRefusal(await find(''), 400, faults('email should not be empty'));
  const request = { url: '/identity/resources/users/v1/email?email=found@acme.example' };
  await expectStrangersRefused(harness, request);
  await expectUsersRefused(harness, request);
});

test('over GraphQL by address, role and state, each and together, within the tenant that the token names', async () => {
  const admin = await createUserInTenant(harness, 'listed', { roleIds: [roleIds.admin] });
  await createUserInTenant(harness, 'listed-other', { roleIds: [roleIds.admin] });
  const headers = await asEnvironment(harness, 'listed');
  const list = async (filter: object) => {
    const query = 'query ($filter: UserFilter) { users(filter: $filter) { totalCount nodes { email } } }';
    const answer = await harness.graphql(query, { filter }, headers);
    expect(answer.errors).toBeUndefined();
    const { users } = answer.data as { users: { totalCount: number; nodes: { email: string }[] } };
    expect(users.totalCount).toBe(users.nodes.length);
    return users.nodes.map(({ email }) => email);
  };
  expect(await list({ email: 'LISTED@acme.example' })).toEqual([admin.email]);
  expect(await list({ email: 'listed-other@acme.example' })).toEqual([]);
  expect(await list({ roleId: globalId('Role', roleIds.admin), verified: true, locked: false, mfaEnrolled: false, loggedIn: false })).toEqual([
    admin.email,
  ]);
  expect(await list({ roleId: roleIds.readOnly })).toEqual([]);
  expect(await list({ locked: true })).toEqual([]);
  expect(await list({ email: null, loggedIn: null })).toEqual([admin.email]);
});
