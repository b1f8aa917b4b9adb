import type { FronteggApiClient } from '@frontegg/rest-api';
import { ContextHolder, createApiClient, WebAuthnDeviceType } from '@frontegg/rest-api';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Browser } from '../clients/browser.ts';
import { openBrowser } from '../clients/browser.ts';
import { createTenant, createUser, password, setPolicy } from '../support/builders.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import { setPasskeys } from '../support/passkeys.ts';
import { offerWebAuthn } from '../support/webauthn-flows.ts';
import type { Authenticator, LoginPage } from './webauthn-page.ts';
import { openLoginPage } from './webauthn-page.ts';

/** The npm client as published, with credentials a real Chromium makes and copies as its screens do. */
let page: LoginPage;
let harness: Harness;
let browser: Browser;
let authenticator: Authenticator;
beforeAll(async () => {
  page = await openLoginPage();
  harness = await openHarness({ settings: { WEBAUTHN_RP_ID: 'localhost', WEBAUTHN_ORIGINS: page.origin } });
  browser = await openBrowser(harness);
  await offerWebAuthn(harness);
  authenticator = await page.plugIn('usb');
});
afterEach(async () => {
  await authenticator.unplug();
  authenticator = await page.plugIn('usb');
});
afterAll(async () => {
  browser?.close();
  await page?.close();
  await harness?.close();
});

async function visitor(tenantId: string, policy: object | null): Promise<{ client: FronteggApiClient; email: string }> {
  const user = await createUser(harness, await createTenant(harness, tenantId), `${tenantId}@acme.example`);
  if (policy !== null) await setPolicy(harness, policy, tenantId);
  browser.forget();
  ContextHolder.for(tenantId).setContext({ baseUrl: browser.baseUrl });
  return { client: createApiClient(tenantId), email: user.email };
}

const forced = { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 };
const deviceType = WebAuthnDeviceType.CrossPlatform;
const outstanding = async (client: FronteggApiClient, email: string) => {
  const { user } = await client.auth.loginv2({ email, password });
  // The client types the token of an outstanding login nowhere, yet its screens read it.
  return { ...user, mfaToken: (user as unknown as { mfaToken: string }).mfaToken };
};

it('enrolls at a forced login and logs in by it, by the older and the newer methods', async () => {
  for (const method of ['enrollMFAWebAuthnForLogin', 'enrollMFAWebAuthnForLoginV2'] as const) {
    const { client, email } = await visitor(method.toLowerCase(), forced);
    const { mfaToken, mfaStrategies } = await outstanding(client, email);
    expect(mfaStrategies).toEqual(['AuthenticatorApp', 'WebAuthnCrossPlatform']);
    const { options, webauthnToken } = await client.auth.preEnrollMFAWebAuthnForLogin({ mfaToken });
    const made = await page.createCopied(options);
    const answer = await client.auth[method]({ mfaToken, webauthnToken, deviceType, options: { ...made, deviceType }, rememberDevice: false });
    const user = 'user' in answer ? answer.user : answer;
    expect(user).toMatchObject({ mfaRequired: false, recoveryCode: expect.any(String) });

    for (const verify of ['verifyMFAWebAuthnForLogin', 'verifyMFAWebAuthnForLoginV2'] as const) {
      browser.forget();
      const next = await outstanding(client, email);
      expect(next.mfaDevices).toMatchObject({ webauthn: [{ deviceType: 'CrossPlatform', name: 'Security key' }], authenticators: [] });
      const deviceId = next.mfaDevices?.webauthn[0]?.id ?? '';
      const request = await client.auth.preVerifyMFAWebAuthnForLogin(deviceId, { mfaToken: next.mfaToken });
      const proof = await page.getCopied(request.options);
      // What the browser answers is typed without the null that it holds for a key that keeps no user.
      const body = { mfaToken: next.mfaToken, webauthnToken: request.webauthnToken, options: proof as never, rememberDevice: true };
      const done = await client.auth[verify](deviceId, body);
      expect('user' in done ? done.user : done).toMatchObject({ mfaRequired: false });
      expect(browser.cookie('fe_device_')).toBeDefined();
    }
    await authenticator.unplug();
    authenticator = await page.plugIn('usb');
  }
});

it('adds and removes a device in the portal', async () => {
  const { client, email } = await visitor('portal', null);
  await client.auth.loginv2({ email, password });
  const { options, webauthnToken } = await client.auth.preEnrollMFAWebAuthn();
  const made = await page.createCopied(options);
  const enrolled = await client.auth.enrollMFAWebAuthn({ webauthnToken, deviceType, options: { ...made, deviceType } } as never);
  expect(enrolled).toEqual({ recoveryCode: expect.any(String) });
  const [device] = (await client.auth.getMFADevices()).webauthn;
  expect(device).toEqual({ id: expect.any(String), deviceType: 'CrossPlatform', name: 'Security key' });
  const deviceId = device?.id ?? '';
  await expect(client.auth.disableMFAWebAuthn(deviceId, {})).rejects.toMatchObject({ statusCode: 400 });
  const removal = await client.auth.preDisableMFAWebAuthn(deviceId);
  const proof = await page.getCopied(removal.options);
  await client.auth.disableMFAWebAuthn(deviceId, { webauthnToken: removal.webauthnToken, options: proof as never });
  expect((await client.auth.getMFADevices()).webauthn).toEqual([]);
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: false });
});

it('shows a failed check as a wrong code', async () => {
  const { client, email } = await visitor('failed', forced);
  const { mfaToken } = await outstanding(client, email);
  const { options, webauthnToken } = await client.auth.preEnrollMFAWebAuthnForLogin({ mfaToken });
  const made = await page.createCopied({ ...options, challenge: Buffer.alloc(32, 1).toString('base64url') });
  const wrong = client.auth.enrollMFAWebAuthnForLoginV2({ mfaToken, webauthnToken, deviceType, options: { ...made, deviceType } });
  await expect(wrong).rejects.toMatchObject({ message: 'Invalid code', statusCode: 400, errorCode: 'ER-01011' });
});

it('registers, logs in and removes a passkey, with what its state machine makes of the options', async () => {
  await setPasskeys(harness, true);
  const { client, email } = await visitor('passkeys', null);
  await client.auth.loginv2({ email, password });
  // The types of the client leave out what its state machine unwraps.
  const { options } = (await client.auth.webAuthnCreateNewDeviceSession()) as unknown as { options: object };
  const made = await page.createCopied({ ...options, excludeCredentials: [] });
  await client.auth.verifyNewDeviceSession({ id: made.id, response: made.response, deviceType } as never);
  const held = (await client.auth.getWebAuthnDevices()).devices;
  expect(held).toEqual([{ id: expect.any(String), deviceType: 'CrossPlatform', createdAt: expect.any(String) }]);
  for (const logIn of ['webAuthnPostLogin', 'webAuthnPostLoginV2'] as const) {
    browser.forget();
    const asked = (await client.auth.webAuthnPreLogin({ email } as never)) as unknown as { options: object };
    expect(browser.cookie('fe_webauthn_')).toBeDefined();
    const answer = await client.auth[logIn]((await page.getCopied(asked.options)) as never);
    expect('user' in answer ? answer.user : answer).toMatchObject({ mfaRequired: false });
  }
  await client.auth.deleteWebAuthnDevice(held[0]?.id ?? '');
  expect((await client.auth.getWebAuthnDevices()).devices).toEqual([]);
});
