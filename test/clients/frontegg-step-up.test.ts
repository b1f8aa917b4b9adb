import type { FronteggApiClient } from '@frontegg/rest-api';
import { ContextHolder, createApiClient } from '@frontegg/rest-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createUserInTenant, password, setPolicy, totp } from '../support/builders.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Browser } from './browser.ts';
import { openBrowser } from './browser.ts';

/** The npm client as published, over a real socket. */
const harness = useHarness();
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(harness);
});
afterAll(() => browser.close());

const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';

/** A browser in which a user has enrolled an app and gone on since: the token is plain again. */
async function visitor(name: string): Promise<{ client: FronteggApiClient; email: string; secret: string; recoveryCode: string }> {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  browser.forget();
  ContextHolder.for(name).setContext({ baseUrl: browser.baseUrl });
  const client = createApiClient(name);
  const { mfaToken, secret } = (await client.auth.loginv2({ email: user.email, password })).user as unknown as { mfaToken: string; secret: string };
  const done = await client.auth.enrollMFAAuthenticatorAppForLoginV2({ mfaToken, token: totp(harness, secret) });
  harness.clock.advance({ seconds: 60 });
  await client.auth.refreshTokenV3();
  return { client, email: user.email, secret, recoveryCode: done.user.recoveryCode ?? '' };
}

it('generateStepupSession answers a challenge, its code raises the token, and then it answers the user', async () => {
  const { client, email, secret } = await visitor('client-step-up');
  const challenge = await client.auth.generateStepupSession({ maxAge: 60 });
  expect(challenge).toEqual({
    mfaToken: expect.any(String),
    mfaEnrolled: true,
    mfaDevices: { webauthn: [], phones: [], authenticators: [{ id: expect.any(String) }], emails: [] },
  });
  const { mfaToken } = challenge as { mfaToken: string };
  const { user } = await client.auth.loginWithMfaV2({ mfaToken, value: totp(harness, secret), rememberDevice: false });
  expect(user).toMatchObject({ mfaRequired: false, email, acr, amr: ['pwd', 'otp', 'mfa'] });
  expect(user.recoveryCode).toBeUndefined();
  expect(browser.cookie('fe_refresh_')).toBe(user.refreshToken);
  const complete = await client.auth.generateStepupSession({ maxAge: 60 });
  expect(complete).toMatchObject({
    user: { mfaRequired: false, email, acr, accessToken: expect.any(String) },
    activeTenant: { tenantId: 'client-step-up' },
  });
  expect((await client.auth.refreshTokenV3()).user.acr).toBeUndefined();
});

it('generateStepupSession tells a user without a factor so, in the words the client compares', async () => {
  const user = await createUserInTenant(harness, 'client-none');
  browser.forget();
  ContextHolder.for('client-none').setContext({ baseUrl: browser.baseUrl });
  const client = createApiClient('client-none');
  await client.auth.loginv2({ email: user.email, password });
  const refused = client.auth.generateStepupSession({});
  await expect(refused).rejects.toMatchObject({ message: 'MFA is not enrolled', statusCode: 400, errorCode: 'ER-01097' });
});

it('recoverMfaToken removes the lost factor; a wrong code is told by its text', async () => {
  const { client, email, recoveryCode } = await visitor('client-recover');
  const wrong = client.auth.recoverMfaToken({ email, recoveryCode: '00000-00000' });
  await expect(wrong).rejects.toMatchObject({ message: 'Invalid recovery code', statusCode: 400 });
  await client.auth.recoverMfaToken({ email, recoveryCode });
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
});
