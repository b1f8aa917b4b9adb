import { expect, test } from 'vitest';
import { createTenant, createUserInTenant, identity } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, forbidden, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const paths = ['/users/v3/me/tenants', '/users/v1/me/tenants'] as const;
const listPath = '/users/v2/me/tenants';
const harness = useHarness();

const tenant = (id: string, name: string) => {
  const now = harness.clock.now().toISOString();
  return { id, tenantId: id, name, createdAt: now, updatedAt: now };
};

test.each(paths)("%s: the user's tenants and the active one, none of others", async (path) => {
  const [one, two, strange] = ['one', 'two', 'strange'].map((name) => `${name}${path.replace(/\W/g, '')}`) as [string, string, string];
  const user = await createUserInTenant(harness, one);
  await createTenant(harness, two, 'The second');
  await createTenant(harness, strange);
  await joinTenant(harness, user.email, two);
  const headers = await asUser(harness, user.email);
  const answer = await call(harness, 'GET', path, { headers });
  expect(answer.statusCode).toBe(200);
  const { tenants, activeTenant, ...rest } = answer.json();
  expect(rest).toEqual({});
  expect(activeTenant).toEqual(tenant(one, one));
  expect(tenants).toHaveLength(2);
  expect(tenants).toEqual(expect.arrayContaining([tenant(one, one), tenant(two, 'The second')]));

  const inTwo = await call(harness, 'GET', path, { headers: { ...headers, 'frontegg-tenant-id': two } });
  expect(inTwo.json().activeTenant).toEqual(tenant(two, 'The second'));
  expectRefusal(await call(harness, 'GET', path, { headers: { ...headers, 'frontegg-tenant-id': strange } }), 403, forbidden);
});

test('v2 answers the plain list', async () => {
  const user = await createUserInTenant(harness, 'list');
  const headers = await asUser(harness, user.email);
  expect((await call(harness, 'GET', listPath, { headers })).json()).toEqual([tenant('list', 'list')]);
  await joinTenant(harness, user.email, await createTenant(harness, 'list-2', 'More'));
  const answer = await call(harness, 'GET', listPath, { headers });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toHaveLength(2);
  expect(answer.json()).toEqual(expect.arrayContaining([tenant('list', 'list'), tenant('list-2', 'More')]));
});

test.each([...paths, listPath])('%s: strangers get 401, the environment token 403', async (path) => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectEnvironmentRefused(harness, { url: `${identity}${path}` });
});
