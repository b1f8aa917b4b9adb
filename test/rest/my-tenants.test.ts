import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTenant, createUserInTenant, identity } from '../support/builders.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from './support/callers.ts';
import { asUser, call, expectRefusal, forbidden, joinTenant } from './support/rest.ts';

const path = '/users/v3/me/tenants';
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.close());

test("the user's tenants and the active one, none of others", async () => {
  const now = harness.clock.now().toISOString();
  const user = await createUserInTenant(harness, 'one');
  await createTenant(harness, 'two', 'The second');
  await createTenant(harness, 'strange');
  await joinTenant(harness, user.email, 'two');
  const tenant = (id: string, name: string) => ({ id, tenantId: id, name, createdAt: now, updatedAt: now });
  const headers = await asUser(harness, user.email);
  const answer = await call(harness, 'GET', path, { headers });
  expect(answer.statusCode).toBe(200);
  const { tenants, activeTenant, ...rest } = answer.json();
  expect(rest).toEqual({});
  expect(activeTenant).toEqual(tenant('one', 'one'));
  expect(tenants).toHaveLength(2);
  expect(tenants).toEqual(expect.arrayContaining([tenant('one', 'one'), tenant('two', 'The second')]));

  const inTwo = await call(harness, 'GET', path, { headers: { ...headers, 'frontegg-tenant-id': 'two' } });
  expect(inTwo.json().activeTenant).toEqual(tenant('two', 'The second'));
  expectRefusal(await call(harness, 'GET', path, { headers: { ...headers, 'frontegg-tenant-id': 'strange' } }), 403, forbidden);
});

test('strangers get 401, the environment token 403', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectEnvironmentRefused(harness, { url: `${identity}${path}` });
});
