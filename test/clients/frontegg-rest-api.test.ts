import type { FronteggApiClient } from '@frontegg/rest-api';
import { AuthStrategyEnum, ContextHolder, createApiClient } from '@frontegg/rest-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  asEnvironment,
  createTenant,
  createUser,
  expectStatus,
  mailedCode,
  password,
  setPolicy,
  setStrategy,
  totp,
  wrongTotp,
} from '../support/builders.ts';
import { activationFor, resetTokenFor, setEmailCodeLogin } from '../support/first-factors.ts';
import { decodeQrDataUri } from '../support/qr.ts';
import { call, joinTenant } from '../support/rest.ts';
import { roleIds } from '../support/role-ids.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Browser } from './browser.ts';
import { openBrowser } from './browser.ts';

/** The npm client as published, over a real socket. Only `window` and the cookie jar stand in for a browser. */
const harness = useHarness();
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(harness);
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(() => browser.close());

/** A fresh browser with the client in it, in front of a user of a tenant that enforces as told. */
async function visitor(tenantId: string, policy: object | null, more: object = {}): Promise<{ client: FronteggApiClient; email: string }> {
  const user = await createUser(harness, await createTenant(harness, tenantId), `${tenantId}@acme.example`, more);
  if (policy !== null) await setPolicy(harness, policy, tenantId);
  browser.forget();
  ContextHolder.for(tenantId).setContext({ baseUrl: browser.baseUrl });
  return { client: createApiClient(tenantId), email: user.email };
}

const forced = { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 3600 };
const recoveryCode = /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/;
/** The client types the manual key and the enrolled flag nowhere, yet screens read them. */
const extras = (user: object) => user as { secret: string; mfaEnrolled: boolean; mfaToken: string };

/** What a phone reads from the picture on the screen. */
const scan = (qrCode = ''): string => new URL(decodeQrDataUri(qrCode)).searchParams.get('secret') ?? 'nothing';

/** Logs in, enrolls the app, and lets the step of the code pass. */
async function enroll(client: FronteggApiClient, email: string) {
  const { secret, mfaToken } = extras((await client.auth.loginv2({ email, password })).user);
  const { user } = await client.auth.enrollMFAAuthenticatorAppForLoginV2({ mfaToken, token: totp(harness, secret) });
  harness.clock.advance({ seconds: 60 });
  return { secret, user };
}

it('logs in where nothing is enforced: tokens, the user and the tenants come together', async () => {
  const { client, email } = await visitor('plain', null);
  browser.calls.length = 0;
  const { user, tenants, activeTenant } = await client.auth.loginv2({ email, password });
  expect(user).toMatchObject({ mfaRequired: false, email, tenantId: 'plain', type: 'userToken', tenantIds: ['plain'], verified: true });
  expect(tenants).toMatchObject([{ tenantId: 'plain', name: 'plain' }]);
  expect(activeTenant).toMatchObject({ tenantId: 'plain' });
  expect(user.accessToken.split('.')).toHaveLength(3);
  expect(browser.calls[0]).toBe('POST /auth/v1/user');
  expect(browser.calls.slice(1).sort()).toEqual(['GET /users/v2/me', 'GET /users/v3/me/tenants']);
  expect(browser.cookie('fe_refresh_')).toBe(user.refreshToken);
});

it('logs in by the older method as well, which fetches the user alone', async () => {
  const { client, email } = await visitor('older', null);
  expect(await client.auth.login({ email, password })).toMatchObject({ mfaRequired: false, email, tenantId: 'older', mfaEnrolled: false });
});

it('shows refusals with status, text and code', async () => {
  const { client, email } = await visitor('refused', forced);
  await expect(client.auth.loginv2({ email, password: 'wrong' })).rejects.toMatchObject({
    message: 'Incorrect email or password',
    statusCode: 401,
    errors: ['Incorrect email or password'],
    traceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  const { mfaToken, secret } = extras((await client.auth.loginv2({ email, password })).user);
  const wrong = client.auth.loginWithMfaV2({ mfaToken, value: wrongTotp(harness, secret) });
  await expect(wrong).rejects.toMatchObject({ message: 'Invalid code', statusCode: 400, errorCode: 'ER-01011' });
  const missing = client.auth.loginWithMfaV2({ mfaToken: '', value: '' });
  await expect(missing).rejects.toMatchObject({
    message: 'value should not be empty, mfaToken should not be empty',
    errorCodes: [expect.any(String), 'ER-ff2f99fecd'],
  });
  await expect(client.auth.loginWithMfaV2({ mfaToken: 'unknown', value: '123456' })).rejects.toMatchObject({
    statusCode: 401,
    errorCode: 'ER-01013',
  });
});

it('enrolls from the QR code of the login answer, by the verify call', async () => {
  const { client, email } = await visitor('enroll-a', forced);
  const { user } = await client.auth.loginv2({ email, password });
  expect(user).toMatchObject({ mfaRequired: true, mfaEnrolled: false, mfaStrategies: ['AuthenticatorApp', 'EmailCode'], userEmail: email });
  expect(user.accessToken).toBeUndefined();
  const { mfaToken } = extras(user);
  expect(await client.auth.checkIfAllowToRememberMfaDevice(mfaToken)).toEqual({ isAllowedToRemember: true, mfaDeviceExpiration: 3600 });
  const done = await client.auth.loginWithMfaV2({ mfaToken, value: totp(harness, scan(user.qrCode)), rememberDevice: false });
  expect(done.user.recoveryCode).toMatch(recoveryCode);
  expect(done.user).toMatchObject({ mfaRequired: false, email, mfaEnrolled: true, amr: expect.arrayContaining(['mfa', 'otp']) });
  expect(done.activeTenant).toMatchObject({ tenantId: 'enroll-a' });
});

it('enrolls by the calls made for it: the same secret, and a recovery code as well', async () => {
  const { client, email } = await visitor('enroll-b', forced);
  const { user } = await client.auth.loginv2({ email, password });
  const { secret, mfaToken } = extras(user);
  expect(await client.auth.preEnrollMFAAuthenticatorAppForLogin({ mfaToken })).toEqual({ qrCode: user.qrCode, secret });
  const done = await client.auth.enrollMFAAuthenticatorAppForLoginV2({ mfaToken, token: totp(harness, secret), rememberDevice: false });
  expect(done.user.recoveryCode).toMatch(recoveryCode);
  expect(done.user).toMatchObject({ mfaRequired: false, email, mfaEnrolled: true });
});

it('logs in again with the enrolled app, by the general call and by the one for the device', async () => {
  const { client, email } = await visitor('again', forced);
  const { secret } = await enroll(client, email);
  const { user } = await client.auth.loginv2({ email, password });
  expect(user).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
  expect(user.mfaDevices).toEqual({ authenticators: [{ id: expect.any(String) }], webauthn: [], phones: [], emails: [{ email }] });
  const done = await client.auth.loginWithMfa({ mfaToken: extras(user).mfaToken, value: totp(harness, secret) });
  expect(done).toMatchObject({ mfaRequired: false, email, acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor' });
  expect(done.recoveryCode).toBeUndefined();

  harness.clock.advance({ seconds: 60 });
  const next = (await client.auth.loginv2({ email, password })).user;
  const device = next.mfaDevices?.authenticators[0]?.id ?? '';
  const answer = { mfaToken: extras(next).mfaToken, value: totp(harness, secret) };
  expect(await client.auth.verifyMFAAuthenticatorAppForLogin(device, answer)).toMatchObject({ mfaRequired: false, tokenType: 'bearer' });
});

it('a remembered browser logs in without a second factor until the policy says otherwise; another browser does not', async () => {
  const { client, email } = await visitor('remember', forced);
  const { secret } = await enroll(client, email);
  const { mfaToken } = extras((await client.auth.loginv2({ email, password })).user);
  await client.auth.loginWithMfaV2({ mfaToken, value: totp(harness, secret), rememberDevice: true });
  expect(browser.cookie('fe_device_')).toBeDefined();
  const remembered = (await client.auth.loginv2({ email, password })).user;
  expect(remembered).toMatchObject({ mfaRequired: false, email });
  expect(remembered.acr).toBeUndefined();
  await setPolicy(harness, { allowRememberMyDevice: false }, 'remember');
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: true });
  await setPolicy(harness, { allowRememberMyDevice: true }, 'remember');
  browser.forget();
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: true });
});

it('logs in by a mailed code, which enrolls nothing', async () => {
  const { client, email } = await visitor('mail', forced);
  const { mfaToken } = extras((await client.auth.loginv2({ email, password })).user);
  const { otcToken } = await client.auth.preVerifyMFAEmailCode({ mfaToken });
  const code = await mailedCode(harness, email);
  const { user } = await client.auth.verifyMFAEmailCodeV2({ otcToken, mfaToken, code, rememberDevice: false });
  expect(user).toMatchObject({ mfaRequired: false, email, mfaEnrolled: false });
  expect(user.recoveryCode).toBeUndefined();
  expect(user.acr).toBeUndefined();
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
});

it('enrolls an app and enters a mailed code by the older methods, which answer what the wire says', async () => {
  const { client, email } = await visitor('older-answers', forced);
  const { secret, mfaToken } = extras((await client.auth.loginv2({ email, password })).user);
  const enrolled = await client.auth.enrollMFAAuthenticatorAppForLogin({ mfaToken, token: totp(harness, secret) });
  expect(enrolled).toMatchObject({ mfaRequired: false, accessToken: expect.any(String), recoveryCode: expect.stringMatching(recoveryCode) });
  browser.forget();
  const again = extras((await client.auth.loginv2({ email, password })).user);
  const { otcToken } = await client.auth.preVerifyMFAEmailCode({ mfaToken: again.mfaToken });
  const answer = { otcToken, mfaToken: again.mfaToken, code: await mailedCode(harness, email), rememberDevice: false };
  expect(await client.auth.verifyMFAEmailCode(answer)).toMatchObject({ mfaRequired: false, accessToken: expect.any(String) });
});

it('refreshes by cookie, the older way too, and after logout no more', async () => {
  const { client, email } = await visitor('refresh', forced);
  const { user } = await enroll(client, email);
  const first = browser.cookie('fe_refresh_');
  const refreshed = await client.auth.refreshTokenV3();
  expect(refreshed.user).toMatchObject({ mfaRequired: false, email, tenantId: 'refresh' });
  expect(refreshed.user.acr).toBeUndefined();
  expect(refreshed.user.accessToken).not.toBe(user.accessToken);
  expect(browser.cookie('fe_refresh_')).not.toBe(first);
  expect(await client.auth.refreshToken()).toMatchObject({ mfaRequired: false, email });
  await client.auth.logout();
  expect(browser.cookie('fe_refresh_')).toBeUndefined();
  await expect(client.auth.refreshTokenV3()).rejects.toMatchObject({ statusCode: 401, message: 'Unauthorized' });
});

it('an administrator reads "unset", saves a policy, reads it, changes it by the id it got, and is bound by it', async () => {
  const { client, email } = await visitor('policy', null, { roleIds: [roleIds.admin] });
  await client.auth.loginv2({ email, password });
  await expect(client.securityPolicy.getMfaPolicy()).rejects.toMatchObject({ statusCode: 404 });
  browser.calls.length = 0;
  const saved = await client.securityPolicy.saveMfaPolicy({ enforceMFAType: 'ForceExceptSAML' });
  expect(saved).toMatchObject({
    id: expect.any(String),
    enforceMFAType: 'ForceExceptSAML',
    allowRememberMyDevice: false,
    mfaDeviceExpiration: 1_209_600,
  });
  expect(await client.securityPolicy.getMfaPolicy()).toEqual(saved);
  // The portal sends the object back as it got it, with one field changed.
  const changed = await client.auth.saveMfaPolicy({ ...saved, enforceMFAType: 'Force' });
  expect(changed).toMatchObject({ id: saved.id, createdAt: saved.createdAt, enforceMFAType: 'Force' });
  expect(await client.auth.getMfaPolicy()).toEqual(changed);
  expect(browser.calls.map((call) => call.split(' ')[0])).toEqual(['POST', 'GET', 'PATCH', 'GET']);
  await expect(client.securityPolicy.saveMfaPolicy({ enforceMFAType: 'Force' })).rejects.toMatchObject({ statusCode: 409 });
  // The portal compares with the environment's record: none yet, then the one an operator sets.
  await expect(client.securityPolicy.getVendorMfaPolicy()).rejects.toMatchObject({ statusCode: 404 });
  await setPolicy(harness, { enforceMFAType: 'DontForce' });
  expect(await client.securityPolicy.getVendorMfaPolicy()).toMatchObject({ enforceMFAType: 'DontForce' });
  expect(await client.auth.getMFAStrategiesConfig()).toEqual({
    strategies: [
      { strategy: 'AuthenticatorApp', isActive: true },
      { strategy: 'WebAuthnPlatform', isActive: false },
      { strategy: 'WebAuthnCrossPlatform', isActive: false },
      { strategy: 'SMS', isActive: false },
      { strategy: 'EmailCode', isActive: true },
    ],
  });
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
});

it('a member without a role reads strategies, but neither reads nor saves the policy', async () => {
  const { client, email } = await visitor('member', null);
  await client.auth.loginv2({ email, password });
  expect((await client.auth.getMFAStrategiesConfig()).strategies).toHaveLength(5);
  await expect(client.securityPolicy.getMfaPolicy()).rejects.toMatchObject({ statusCode: 403, message: 'Forbidden' });
  await expect(client.securityPolicy.saveMfaPolicy({ enforceMFAType: 'DontForce' })).rejects.toMatchObject({ statusCode: 403 });
});

it('logs in by e-mail code: the method asks, the browser keeps the cookie, the code comes back as token', async () => {
  const { client, email } = await visitor('passwordless', forced);
  await setEmailCodeLogin(harness, true);
  const { secret } = await enroll(client, email);
  browser.forget();
  await client.auth.passwordlessPreLogin({ email, type: AuthStrategyEnum.Code });
  expect(browser.cookie('fe_code_')).toBeDefined();
  const { user } = await client.auth.passwordlessPostLoginV2({ token: await mailedCode(harness, email), type: AuthStrategyEnum.Code });
  expect(user).toMatchObject({ mfaRequired: true, mfaEnrolled: true, mfaDevices: { emails: [] } });
  expect(browser.cookie('fe_code_')).toBeUndefined();
  const done = await client.auth.loginWithMfaV2({ mfaToken: extras(user).mfaToken, value: totp(harness, secret) });
  expect(done.user).toMatchObject({ mfaRequired: false, email });
});

it('unlocks by the link that is mailed when the lockout policy locks, and opens no session by that', async () => {
  const { client, email } = await visitor('locked', null);
  const lockout = { headers: await asEnvironment(harness, 'locked'), body: { enabled: true, maxAttempts: 1 } };
  expectStatus(await call(harness, 'POST', '/configurations/v1/lockout-policy', lockout), 201);
  await expect(client.auth.loginv2({ email, password: 'wrong' })).rejects.toMatchObject({ message: 'Incorrect email or password' });
  await expect(client.auth.loginv2({ email, password })).rejects.toMatchObject({ message: 'User is locked out', errorCode: 'ER-01034' });
  await harness.app.outbox.flush();
  const sent = harness.mail.findLast(({ to }) => to === email);
  const token = new URL(sent !== undefined && 'link' in sent ? sent.link : '').searchParams.get('token') ?? '';
  await client.users.unlockMe({ token });
  expect(browser.cookie('fe_refresh_')).toBeUndefined();
  await expect(client.users.unlockMe({ token })).rejects.toMatchObject({ message: 'Invalid token', statusCode: 400 });
  expect((await client.auth.loginv2({ email, password })).user).toMatchObject({ mfaRequired: false, email });
});

it('activates and resets by the links, and switches the tenant for the refresh that follows', async () => {
  const { client, email } = await visitor('links', null);
  const { user } = await client.auth.loginv2({ email, password });
  const activated = await client.auth.activateAccountV2(await activationFor(harness, user.id));
  expect(activated.user).toMatchObject({ mfaRequired: false, email });
  await client.auth.forgotPassword({ email });
  await client.auth.resetPassword({ ...(await resetTokenFor(harness, email)), password: 'an entirely new password' });
  expect((await client.auth.loginv2({ email, password: 'an entirely new password' })).user).toMatchObject({ mfaRequired: false });
  await joinTenant(harness, email, await createTenant(harness, 'links-to'));
  await client.tenants.switchTenant({ tenantId: 'links-to' });
  expect((await client.auth.refreshTokenV3()).user).toMatchObject({ mfaRequired: false, tenantId: 'links-to' });
});
