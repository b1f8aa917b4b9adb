import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, identity, logIn, setPolicy } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { execute } from '../../support/database.ts';
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

test('longer texts that an earlier release stored are still read, and authenticator apps can still be enrolled', async () => {
  const serviceName = '漢'.repeat(200);
  const sender = 'x'.repeat(320);
  const stored = [JSON.stringify({ active: true, serviceName }), JSON.stringify({ active: true, tokenLifetimeSeconds: 300, sender })];
  await execute(harness, 'update environments set mfa_authenticator_app = $1, mfa_email = $2', stored);
  const answer = await call(harness, 'GET', path, { headers: await asEnvironment(harness) });
  expect([answer.statusCode, answer.json()]).toMatchObject([200, { authenticationApp: { serviceName }, email: { sender } }]);
  const user = await createUserInTenant(harness, 'earlier');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  expect((await logIn(harness, user.email)).json()).toMatchObject({ qrCode: expect.stringMatching(/^data:image\/png;base64,/) });
});
