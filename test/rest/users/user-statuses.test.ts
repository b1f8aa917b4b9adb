import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, identity, logIn } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { execute } from '../../support/database.ts';
import { call, expectRefusal, faults, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const url = '/tenants/users/v1/statuses';
const read = async (query: string) => call(harness, 'GET', `${url}?${query}`, { headers: await asEnvironment(harness) });

test('a user has come as far as verifying, accepting and logging in took it, in each tenant', async () => {
  const user = await createUserInTenant(harness, 'first');
  const [second, third] = [await createTenant(harness, 'second'), await createTenant(harness, 'third')];
  const fresh = await createUser(harness, 'first', 'fresh@acme.example');
  for (const tenant of [second, third]) {
    harness.clock.advance({ seconds: 1 });
    await joinTenant(harness, user.email, tenant);
  }
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  await execute(harness, 'update memberships set pending = $2 where user_id = $1 and tenant_id = $3', [user.id, yes, third]);
  await execute(harness, 'update users set verified = $2 where id = $1', [fresh.id, yes === 1 ? 0 : false]);
  expect((await logIn(harness, user.email)).statusCode).toBe(200);
  const expected = [
    { tenantId: 'first', status: 'Activated' },
    { tenantId: 'second', status: 'PendingLogin' },
    { tenantId: 'third', status: 'PendingInvitation' },
  ];
  const ids = `userIds=${user.id},nobody,${fresh.id.toUpperCase()},${user.id}`;
  expect((await read(ids)).json()).toEqual([
    { userId: user.id, tenantsStatuses: expected },
    { userId: fresh.id, tenantsStatuses: [{ tenantId: 'first', status: 'NotActivated' }] },
  ]);
  expect((await read(`${ids}&userTenantStatuses=PendingLogin&userTenantStatuses=NotActivated`)).json()).toEqual([
    { userId: user.id, tenantsStatuses: [expected[1]] },
    { userId: fresh.id, tenantsStatuses: [{ tenantId: 'first', status: 'NotActivated' }] },
  ]);
});

test('refused without ids and for a word that is no state', async () => {
  expectRefusal(await read(''), 400, faults('userIds should not be empty'));
  expect((await read('userIds=a&userTenantStatuses=Gone')).statusCode).toBe(400);
});

test('strangers get 401, users 403', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${url}?userIds=a` });
  await expectUsersRefused(harness, { url: `${identity}${url}?userIds=a` });
});
