import { expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, setStrategy } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { call, expectRefusal, forbidden, joinTenant, userWith } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa/strategies';
const harness = useHarness();

const list = (headers: Record<string, string>) => call(harness, 'GET', path, { headers });
/** All five in the one order clients rely on. */
const states = (...active: string[]) => ({
  strategies: ['AuthenticatorApp', 'WebAuthnPlatform', 'WebAuthnCrossPlatform', 'SMS', 'EmailCode'].map((strategy) => ({
    strategy,
    isActive: active.includes(strategy),
  })),
});

test('lists five in fixed order; untouched, the authenticator app alone is active', async () => {
  const answer = await list(await asEnvironment(harness));
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual(states('AuthenticatorApp'));
  expect((await list({ ...(await asEnvironment(harness)), 'content-type': 'application/json' })).statusCode).toBe(200);
});

test('with a tenant, what is effective there: the environment narrowed by the tenant', async () => {
  const tenantId = await createTenant(harness, 'narrow');
  const other = await createTenant(harness, 'wide');
  const inTenant = async (id?: string) => (await list(await asEnvironment(harness, id))).json();
  await setStrategy(harness, 'EmailCode', true);
  expect(await inTenant(tenantId)).toEqual(states('AuthenticatorApp', 'EmailCode'));
  await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
  expect(await inTenant(tenantId)).toEqual(states('EmailCode'));
  expect(await inTenant(other)).toEqual(states('AuthenticatorApp', 'EmailCode'));
  expect(await inTenant()).toEqual(states('AuthenticatorApp', 'EmailCode'));
  await setStrategy(harness, 'EmailCode', true, tenantId);
  await setStrategy(harness, 'EmailCode', false);
  expect(await inTenant(tenantId), 'the tenant row says on, the environment off').toEqual(states());
  await setStrategy(harness, 'EmailCode', true);
  expect(await inTenant(tenantId)).toEqual(states('EmailCode'));
});

test('any user may list, for the tenant of the token or another of their own', async () => {
  await setStrategy(harness, 'EmailCode', true);
  const user = await userWith(harness, 'member', null);
  const second = await createTenant(harness, 'member-2');
  await joinTenant(harness, user.email, second);
  await setStrategy(harness, 'EmailCode', false, second);
  expect((await list(user.headers)).json()).toEqual(states('AuthenticatorApp', 'EmailCode'));
  expect((await list({ ...user.headers, 'frontegg-tenant-id': second })).json()).toEqual(states('AuthenticatorApp'));
  expectRefusal(await list({ ...user.headers, 'frontegg-tenant-id': 'narrow' }), 403, forbidden);
});

test('strangers get 401, and the tenant header has to name one known tenant', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectTenantHeaderChecked(harness, { url: `${identity}${path}` });
  await expectOlderHeaderServes(harness, { url: `${identity}${path}` }, 200);
});
