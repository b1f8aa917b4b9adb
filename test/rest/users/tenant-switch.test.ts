import { expect, test } from 'vitest';
import { cookiesOf, createTenant, createUserInTenant, identity, logIn, setPolicy } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import { execute } from '../../support/database.ts';
import { call, claimsOf, expectRefusal, faults, forbidden, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

/** A user of two tenants, in the first one. */
async function between(name: string) {
  const user = await createUserInTenant(harness, name);
  await joinTenant(harness, user.email, await createTenant(harness, `${name}-to`));
  const login = await logIn(harness, user.email);
  const headers = { authorization: `Bearer ${login.json<{ accessToken: string }>().accessToken}` };
  return { ...user, headers, cookie: cookiesOf(login), to: `${name}-to` };
}
const put = (headers: Record<string, string>, body: unknown) => call(harness, 'PUT', '/users/v1/tenant', { headers, body });
const refresh = (cookie: string, body?: object) =>
  call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie, ...(body === undefined ? {} : { body }) });
const tenantIn = (answer: { json(): { accessToken: string } }) => claimsOf(answer.json().accessToken).tenantId;

test('answers 200 with the user; the session enters the tenant at its next refresh and stays there, others do not', async () => {
  const user = await between('move');
  const elsewhere = cookiesOf(await logIn(harness, user.email));
  const answer = await put(user.headers, { tenantId: user.to, more: 1 });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({ id: user.id, tenantId: user.to, tenantIds: ['move', 'move-to'], vendorMetadata: '{}' });
  expect((await call(harness, 'GET', '/users/v2/me', { headers: user.headers })).json()).toMatchObject({ tenantId: 'move' });
  const moved = await refresh(user.cookie);
  expect(tenantIn(moved)).toBe(user.to);
  expect(tenantIn(await refresh(cookiesOf(moved)))).toBe(user.to);
  expect(tenantIn(await refresh(elsewhere)), 'another session').toBe('move');
});

test('a tenant named at the refresh itself goes before, and the earlier wish is gone', async () => {
  const user = await between('change-of-mind');
  await put(user.headers, { tenantId: user.to });
  const stayed = await refresh(user.cookie, { tenantId: 'change-of-mind' });
  expect(tenantIn(stayed)).toBe('change-of-mind');
  expect(tenantIn(await refresh(cookiesOf(stayed)))).toBe('change-of-mind');
});

test('who was removed from the tenant meanwhile stays', async () => {
  const user = await between('removed');
  await put(user.headers, { tenantId: user.to });
  await execute(harness, 'delete from memberships where user_id = $1 and tenant_id = $2', [user.id, user.to]);
  expect(tenantIn(await refresh(user.cookie))).toBe('removed');
});

test('T18 a tenant that enforces is not entered without the second factor', async () => {
  const user = await between('gate');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.to);
  expect((await put(user.headers, { tenantId: user.to })).statusCode).toBe(200);
  const answer = await refresh(user.cookie);
  expect(answer.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  expect(answer.json()).not.toHaveProperty('accessToken');
});

test('refusals: a tenant of others like none, no text, nobody, the environment', async () => {
  const user = await between('refused');
  await createTenant(harness, 'of-others');
  for (const tenantId of ['of-others', 'no-such-tenant']) expectRefusal(await put(user.headers, { tenantId }), 403, forbidden);
  expectRefusal(await put(user.headers, {}), 400, faults('tenantId should not be empty'));
  expectRefusal(await put(user.headers, { tenantId: 5 }), 400, faults('tenantId must be a string'));
  const request = { method: 'PUT' as const, url: `${identity}/users/v1/tenant`, body: { tenantId: user.to } };
  await expectStrangersRefused(harness, request);
  await expectEnvironmentRefused(harness, request);
});
