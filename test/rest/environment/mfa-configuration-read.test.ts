import { expect, test } from 'vitest';
import { asEnvironment, createTenant, identity } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { openHarness } from '../../support/harness.ts';
import { call } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa';
const harness = useHarness(() => openHarness({ settings: { SALLYPORT_NAME: 'Acme Login' } }));

test('never 404: untouched it answers the defaults, with the name of the environment', async () => {
  const answer = await call(harness, 'GET', path, { headers: await asEnvironment(harness) });
  expect(answer.statusCode).toBe(200);
  const defaults = {
    authenticationApp: { active: true, serviceName: 'Acme Login' },
    sms: { active: false, tokenLifetimeSeconds: 300 },
    email: { active: false, tokenLifetimeSeconds: 300, sender: '' },
  };
  expect(answer.json()).toEqual(defaults);
  const tenantId = await createTenant(harness, 'one');
  expect((await call(harness, 'GET', path, { headers: await asEnvironment(harness, tenantId) })).json()).toEqual(defaults);
});

test('strangers get 401, users 403, and the tenant header has to name one known tenant', async () => {
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectUsersRefused(harness, { url: `${identity}${path}` });
  await expectTenantHeaderChecked(harness, { url: `${identity}${path}` });
  await expectOlderHeaderServes(harness, { url: `${identity}${path}` }, 200);
});
