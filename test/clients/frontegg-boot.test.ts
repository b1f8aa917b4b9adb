import type { FronteggApiClient } from '@frontegg/rest-api';
import { AuthStrategyEnum, ContextHolder, createApiClient, FeatureFlags } from '@frontegg/rest-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTenant, createUserInTenant, password } from '../support/builders.ts';
import { setEmailCodeLogin } from '../support/first-factors.ts';
import { openHarness } from '../support/harness.ts';
import { joinTenant } from '../support/rest.ts';
import { roleIds } from '../support/role-ids.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Browser } from './browser.ts';
import { openBrowser } from './browser.ts';

/** What the npm client as published reads before and beside a login, over a real socket. */
const harness = useHarness(() => openHarness({ settings: { SALLYPORT_NAME: 'Acme Accounts' } }));
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(harness);
});
afterAll(() => browser.close());

/** A fresh browser with the client in it, nobody logged in. */
function boot(appName: string): FronteggApiClient {
  browser.forget();
  browser.calls.length = 0;
  ContextHolder.for(appName).setContext({ baseUrl: browser.baseUrl });
  return createApiClient(appName);
}

async function visitor(name: string, more: object = {}): Promise<{ client: FronteggApiClient; email: string }> {
  const user = await createUserInTenant(harness, name, more);
  return { client: boot(name), email: user.email };
}

const nowhere = { statusCode: 404, errors: ['Not found'], errorCode: 'ER-00004' };

it('boots before anybody has logged in: every call of the login box is answered', async () => {
  const client = boot('boot');
  expect(await client.featureFlags.loadFeatureFlags()).toEqual({});
  expect(await client.vendor.getVendorPublicInfo()).toEqual({ name: 'Acme Accounts', logo: '', icon: '', whiteLabelMode: true });
  await expect(client.metadata.getSamlMetadata()).rejects.toThrow('metadata not found');
  await expect(client.auth.refreshTokenV2()).rejects.toMatchObject({ statusCode: 401 });
  expect(await client.auth.getVendorConfig()).toEqual({
    allowSignups: false,
    allowNotVerifiedUsersLogin: false,
    apiTokensEnabled: false,
    forcePermissions: false,
    authStrategy: AuthStrategyEnum.EmailAndPassword,
    machineToMachineAuthStrategy: 'ClientCredentials',
  });
  expect(await client.auth.getVendorPublicAuthStrategiesConfig()).toEqual({
    mainAuthStrategies: [{ strategy: AuthStrategyEnum.EmailAndPassword }],
    secondaryAuthStrategies: [
      { strategy: AuthStrategyEnum.Code, isActive: false },
      { strategy: AuthStrategyEnum.MagicLink, isActive: false },
      { strategy: AuthStrategyEnum.SmsCode, isActive: false },
    ],
  });
  expect((await client.auth.getSignUpStrategies()).filter(({ isActive }) => isActive)).toEqual([]);
  expect(await client.auth.getSocialLoginProvidersV2()).toEqual([]);
  expect(await client.auth.getCustomSocialLoginProvidersV1()).toEqual({ providers: [] });
  expect(await client.auth.getSSOPublicConfiguration()).toEqual({ isActive: false });
  // Unset, which the login box takes for no captcha.
  expect(await client.securityPolicy.getCaptchaPolicy()).toBeNull();
});

it('follows the environment: the code becomes the main way in when an administrator says so', async () => {
  const client = boot('code');
  await setEmailCodeLogin(harness, true);
  expect(await client.auth.getVendorConfig()).toMatchObject({ authStrategy: AuthStrategyEnum.Code });
  expect(await client.auth.getVendorPublicAuthStrategiesConfig()).toEqual({
    mainAuthStrategies: [{ strategy: AuthStrategyEnum.Code }],
    secondaryAuthStrategies: [
      { strategy: AuthStrategyEnum.EmailAndPassword, isActive: true },
      { strategy: AuthStrategyEnum.MagicLink, isActive: false },
      { strategy: AuthStrategyEnum.SmsCode, isActive: false },
    ],
  });
  await setEmailCodeLogin(harness, false);
});

it('asks for SSO first, is told there is none, and goes on to the password', async () => {
  const { client, email } = await visitor('prelogin');
  await expect(client.auth.preLoginV2({ email })).rejects.toMatchObject(nowhere);
  await expect(client.auth.preLoginWithIdpType({ email })).rejects.toMatchObject(nowhere);
  expect(await client.auth.preLogin({ email })).toBeNull();
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: false, email });
});

it('refreshes by the method that reads the plain list of tenants', async () => {
  const { client, email } = await visitor('tenants');
  await joinTenant(harness, email, await createTenant(harness, 'tenants-2', 'The second'));
  await client.auth.loginv2({ email, password });
  browser.calls.length = 0;
  const { user, tenants } = await client.auth.refreshTokenV2();
  expect(user).toMatchObject({ mfaRequired: false, email, tenantId: 'tenants' });
  expect(tenants?.map(({ tenantId, name }) => `${tenantId}: ${name}`).sort()).toEqual(['tenants-2: The second', 'tenants: tenants']);
  expect(await client.tenants.getTenants()).toEqual(tenants);
  expect(browser.calls.filter((call) => call.includes('tenants'))).toEqual(Array(2).fill('GET /users/v2/me/tenants'));
});

it('reads the tenants by the older path, and logs in by it when its flag is on', async () => {
  const { client, email } = await visitor('older-tenants');
  await client.auth.loginv2({ email, password });
  const older = await client.users.getCurrentUserTenantsV1();
  expect(older).toMatchObject({ tenants: [{ tenantId: 'older-tenants' }], activeTenant: { tenantId: 'older-tenants', name: 'older-tenants' } });
  expect(older).toEqual(await client.users.getCurrentUserTenantsV3());

  const flagged = await visitor('flagged');
  FeatureFlags.set({ admin_portal_use_current_user_tenants_v1_endpoint: 'on' }, 'flagged');
  const { activeTenant } = await flagged.client.auth.loginv2({ email: flagged.email, password });
  expect(activeTenant).toMatchObject({ tenantId: 'flagged' });
  expect(browser.calls).toContain('GET /users/v1/me/tenants');
});

it('reads what the user may do, beside the login as well when its flag is on', async () => {
  const { client, email } = await visitor('authorization', { roleIds: [roleIds.admin] });
  FeatureFlags.set({ admin_portal_should_load_authorization: 'on' }, 'authorization');
  const { user } = await client.auth.loginv2({ email, password });
  const authorization = await client.auth.getUserAuthorization();
  expect(authorization).toMatchObject({ roles: [{ key: 'Admin' }], permissions: [{ key: 'fe.connectivity.*' }, { key: 'fe.secure.*' }] });
  expect(user).toMatchObject({ email, ...authorization });
  expect(await client.auth.getMeV2()).toMatchObject({ email, mfaEnrolled: false, mfaBypass: false, ...authorization });
});
