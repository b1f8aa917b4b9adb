import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTenant } from '../support/builders.ts';
import type { Harness } from '../support/harness.ts';
import { clientId, openHarness } from '../support/harness.ts';

/** The requests of the Terraform provider's MFA policy resource, in its order; it reads statuses first and bodies rarely. */
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
});
afterAll(() => harness.close());

const policyUrl = '/identity/resources/configurations/v1/mfa-policy';
const full = (enforceMFAType: string) => ({ enforceMFAType, allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 });

/** What each request carries: a token of its own, and the ids of the provider's configuration. */
async function headers(tenantId?: string): Promise<Record<string, string>> {
  const answer = await harness.send({ method: 'POST', url: '/auth/vendor', body: { clientId, secret: harness.secret } });
  expect(answer.statusCode).toBe(200);
  const ids = {
    'frontegg-environment-id': clientId,
    'frontegg-application-id': '',
    ...(tenantId === undefined ? {} : { 'frontegg-tenant-id': tenantId }),
  };
  return { authorization: `Bearer ${answer.json<{ token: string }>().token}`, 'content-type': 'application/json', ...ids };
}

/** Create and update are one to the provider: POST, and after 409 the same body by PATCH, which must not answer 409. */
async function apply(fields: object, tenantId?: string): Promise<number[]> {
  const created = await harness.send({ method: 'POST', url: policyUrl, headers: await headers(tenantId), body: fields });
  if (created.statusCode !== 409) return [created.statusCode];
  const changed = await harness.send({ method: 'PATCH', url: policyUrl, headers: await headers(tenantId), body: fields });
  return [created.statusCode, changed.statusCode];
}

const read = async (tenantId?: string) => harness.send({ url: policyUrl, headers: await headers(tenantId) });

it('a tenant policy is created, read back, changed by the retry, and planned again without a difference', async () => {
  await createTenant(harness, 'terraform');
  expect(await apply(full('Force'), 'terraform')).toEqual([201]);
  expect((await read('terraform')).json()).toMatchObject(full('Force'));
  expect(await apply(full('DontForce'), 'terraform')).toEqual([409, 200]);
  expect(await apply(full('DontForce'), 'terraform')).toEqual([409, 200]);
  const answer = await read('terraform');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject(full('DontForce'));
  // It decodes the number into an integer type: 604800, never 604800.0 or "604800".
  expect(answer.body).toContain('"mfaDeviceExpiration":604800,');
});

it('the environment has a policy of its own, unset until it is made', async () => {
  expect((await read()).statusCode).toBe(404);
  expect(await apply(full('ForceExceptSAML'))).toEqual([201]);
  expect((await read()).json()).toMatchObject(full('ForceExceptSAML'));
  expect((await read('terraform')).json()).toMatchObject(full('DontForce'));
});

it('the MFA configuration takes an app block without a name, and reads back whole', async () => {
  const url = '/identity/resources/configurations/v1/mfa';
  const body = { authenticationApp: { active: false, serviceName: '' } };
  expect((await harness.send({ method: 'POST', url, headers: await headers(), body })).statusCode).toBe(201);
  const answer = await harness.send({ url, headers: await headers() });
  expect(answer.json()).toEqual({
    ...body,
    sms: { active: false, tokenLifetimeSeconds: 300 },
    email: { active: false, tokenLifetimeSeconds: 300, sender: '' },
  });
});
