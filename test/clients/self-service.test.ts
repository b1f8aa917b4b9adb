import type { FronteggApiClient } from '@frontegg/rest-api';
import { ContextHolder, createApiClient } from '@frontegg/rest-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUserInTenant, password, setPolicy, totp, wrongTotp } from '../support/builders.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Browser } from './browser.ts';
import { openBrowser } from './browser.ts';

/** The portal's page of factors, by the npm client as published. */
const harness = useHarness();
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(harness);
});
afterAll(() => browser.close());

/** A logged-in user in a fresh browser. */
async function visitor(tenantId: string): Promise<FronteggApiClient> {
  const { email } = await createUserInTenant(harness, tenantId);
  browser.forget();
  const context = { baseUrl: browser.baseUrl };
  ContextHolder.for(tenantId).setContext(context);
  const client = createApiClient(tenantId);
  const { user } = await client.auth.loginv2({ email, password });
  ContextHolder.for(tenantId).setAccessToken(user.accessToken);
  return client;
}
/** The client types the manual key nowhere, yet the server sends it. */
const secretOf = (shown: object): string => (shown as { secret: string }).secret;
const none = { webauthn: [], phones: [], authenticators: [], emails: [] };

it('switches the app on and off by the older methods', async () => {
  const { auth } = await visitor('older-portal');
  expect(await auth.getMFADevices()).toEqual(none);
  await expect(auth.disableMfa({ token: '123456' })).rejects.toMatchObject({ statusCode: 400, message: 'MFA is not enrolled' });
  const shown = await auth.enrollMfa();
  expect(shown.qrCode).toMatch(/^data:image\/png;base64,/);
  const secret = secretOf(shown);
  await expect(auth.verifyMfa({ token: wrongTotp(harness, secret) })).rejects.toMatchObject({ errorCode: 'ER-01011', message: 'Invalid code' });
  const { recoveryCode } = await auth.verifyMfa({ token: totp(harness, secret) });
  expect(recoveryCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(await auth.getMFADevices()).toEqual({ ...none, authenticators: [{ id: expect.any(String) }] });
  harness.clock.advance({ seconds: 60 });
  await auth.disableMfa({ token: totp(harness, secret) });
  expect(await auth.getMFADevices()).toEqual(none);
});

it('adds a second app by the newer methods and removes one by its id', async () => {
  const { auth } = await visitor('newer-portal');
  const first = secretOf(await auth.preEnrollMFAAuthenticatorApp());
  expect(await auth.enrollMFAAuthenticatorApp({ token: totp(harness, first) })).toMatchObject({ recoveryCode: expect.any(String) });
  const second = secretOf(await auth.preEnrollMFAAuthenticatorApp());
  expect(await auth.enrollMFAAuthenticatorApp({ token: totp(harness, second) })).toEqual({});
  const [one, two] = (await auth.getMFADevices()).authenticators;
  harness.clock.advance({ seconds: 60 });
  await auth.disableMFAAuthenticatorApp(one?.id ?? '', { token: totp(harness, first) });
  expect((await auth.getMFADevices()).authenticators).toEqual([two]);
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'newer-portal');
  const last = auth.disableMFAAuthenticatorApp(two?.id ?? '', { token: totp(harness, second) });
  await expect(last).rejects.toMatchObject({ statusCode: 403, message: 'MFA is enforced, the last factor cannot be removed' });
});
