import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTenant, createUser, mailedCode, password, setPolicy, setStrategy, totp, wrongTotp } from '../support/builders.ts';
import { useHarness } from '../support/use-harness.ts';
import type { Browser } from './browser.ts';
import { openBrowser, prefix } from './browser.ts';

/**
 * The login screens of `@frontegg/redux-store` 7.127 as plain requests: it decides from an answer's fields alone which
 * screen comes next, so the tests ask which one it would show, and send what that screen sends.
 */
const harness = useHarness();
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser(harness);
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(() => browser.close());

interface Answer {
  status: number;
  mfaRequired?: boolean;
  mfaToken: string;
  mfaEnrolled?: boolean;
  mfaStrategies?: string[];
  mfaDevices?: { webauthn: unknown[]; phones: unknown[]; authenticators: unknown[]; emails: unknown[] };
  accessToken?: string;
  recoveryCode?: string;
  qrCode?: string;
  secret: string;
  otcToken: string;
  errors?: string[];
  errorCode?: string;
}

async function call(method: 'GET' | 'POST', path: string, body?: object, accessToken?: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json', ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }) };
  const answer = await fetch(`${browser.baseUrl}${prefix}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, ...((await answer.json()) as object) } as Answer;
}

type Screen = 'loggedIn' | 'authenticatorApp' | 'smsVerifyCode' | 'smsSetPhoneNumber' | 'emailVerifyCode' | 'picker' | 'recoveryCode';

/** The state machine's reading of a login answer, with its unguarded look at every list of devices. */
function screenFor(answer: Answer): [flow: 'none' | 'loginWithTwoFactor' | 'forceTwoFactor', screen: Screen] {
  if (!(answer.mfaRequired && answer.mfaToken)) return ['none', answer.recoveryCode === undefined ? 'loggedIn' : 'recoveryCode'];
  if (answer.mfaEnrolled === undefined || answer.mfaEnrolled || answer.mfaDevices?.emails.length) {
    const { webauthn, phones, authenticators, emails } = answer.mfaDevices as NonNullable<Answer['mfaDevices']>;
    const kinds = { picker: webauthn.length, authenticatorApp: authenticators.length, smsVerifyCode: phones.length, emailVerifyCode: emails.length };
    const there = Object.entries(kinds).filter(([, count]) => count > 0);
    return ['loginWithTwoFactor', there.length === 1 ? (there[0]?.[0] as Screen) : 'picker'];
  }
  const screens: Record<string, Screen> = { AuthenticatorApp: 'authenticatorApp', SMS: 'smsSetPhoneNumber', EmailCode: 'emailVerifyCode' };
  const [only, ...others] = answer.mfaStrategies ?? [];
  return ['forceTwoFactor', others.length === 0 ? (screens[only ?? ''] ?? 'picker') : 'picker'];
}

/** A new tenant that enforces, with the e-mail code offered or not, and a fresh browser. */
async function enter(tenantId: string, { mail }: { mail: boolean }): Promise<{ email: string; logIn: () => Promise<Answer> }> {
  const { email } = await createUser(harness, await createTenant(harness, tenantId), `${tenantId}@acme.example`);
  await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
  if (!mail) await setStrategy(harness, 'EmailCode', false, tenantId);
  browser.forget();
  return { email, logIn: () => call('POST', '/auth/v1/user', { email, password }) };
}

const mayRemember = (mfaToken: string) => call('GET', `/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${mfaToken}`);

/** What follows a completed login: both requests at once, with the new token; one failure would fail the login. */
async function finish({ accessToken }: Answer): Promise<number[]> {
  const [me, tenants] = await Promise.all([
    call('GET', '/users/v2/me', undefined, accessToken),
    call('GET', '/users/v3/me/tenants', undefined, accessToken),
  ]);
  // Merged over the login answer: a field of a login in it would undo the login.
  for (const field of ['mfaRequired', 'mfaToken', 'accessToken']) expect(me).not.toHaveProperty(field);
  return [me.status, tenants.status];
}

it('a page that opens logged out asks for a refresh first, and takes 401 for "logged out"', async () => {
  browser.forget();
  expect(await call('POST', '/auth/v1/user/token/refresh', { tenantId: null })).toEqual({ status: 401, errors: ['Unauthorized'] });
});

it('forced, one strategy: the QR screen at once, a wrong code stays there, then recovery code, then logged in', async () => {
  const { logIn } = await enter('one-strategy', { mail: false });
  const login = await logIn();
  expect(screenFor(login)).toEqual(['forceTwoFactor', 'authenticatorApp']);
  expect(login.qrCode).toMatch(/^data:image\/png;base64,/);
  expect(await mayRemember(login.mfaToken)).toEqual({ status: 200, isAllowedToRemember: false, mfaDeviceExpiration: 1_209_600 });
  const typed = (value: string) =>
    call('POST', '/auth/v1/user/mfa/verify', { value, mfaToken: login.mfaToken, rememberDevice: false, invitationToken: undefined });
  expect(await typed(wrongTotp(harness, login.secret))).toEqual({ status: 400, errors: ['Invalid code'], errorCode: 'ER-01011' });
  const done = await typed(totp(harness, login.secret));
  expect(done.status).toBe(201);
  expect(screenFor(done)).toEqual(['none', 'recoveryCode']);
  expect(await finish(done)).toEqual([200, 200]);

  harness.clock.advance({ seconds: 60 });
  const again = await logIn();
  expect(screenFor(again)).toEqual(['loginWithTwoFactor', 'authenticatorApp']);
  await mayRemember(again.mfaToken);
  const verified = await call('POST', '/auth/v1/user/mfa/verify', { value: totp(harness, login.secret), mfaToken: again.mfaToken });
  expect(screenFor(verified)).toEqual(['none', 'loggedIn']);
  expect(await finish(verified)).toEqual([200, 200]);
});

it('forced, two strategies: the picker; by mail a resend replaces the code, and the next login is forced again', async () => {
  const { email, logIn } = await enter('two-strategies', { mail: true });
  const login = await logIn();
  expect(screenFor(login)).toEqual(['forceTwoFactor', 'picker']);
  const { mfaToken } = login;
  const first = await call('POST', '/auth/v1/user/mfa/emailcode', { mfaToken });
  const stale = await mailedCode(harness, email);
  const second = await call('POST', '/auth/v1/user/mfa/emailcode', { mfaToken });
  const code = await mailedCode(harness, email);
  const base = '/auth/v1/user/mfa/emailcode/verify';
  expect(await call('POST', base, { otcToken: first.otcToken, code: stale, mfaToken })).toMatchObject({ status: 400, errorCode: 'ER-01011' });
  const done = await call('POST', base, { otcToken: second.otcToken, code, mfaToken, rememberDevice: false });
  expect(done.status).toBe(201);
  expect(screenFor(done)).toEqual(['none', 'loggedIn']);
  expect(await finish(done)).toEqual([200, 200]);
  expect(screenFor(await logIn())).toEqual(['forceTwoFactor', 'picker']);
});

it('enrolled, with mail offered beside the app: the picker', async () => {
  const { logIn } = await enter('both-kinds', { mail: true });
  const { mfaToken, secret } = await logIn();
  await call('POST', '/auth/v1/user/mfa/verify', { value: totp(harness, secret), mfaToken });
  const again = await logIn();
  expect(screenFor(again)).toEqual(['loginWithTwoFactor', 'picker']);
  expect(again).not.toHaveProperty('qrCode');
  expect(again).not.toHaveProperty('mfaStrategies');
});

it('forced, mail alone: the code screen at once', async () => {
  const { logIn } = await enter('mail-alone', { mail: true });
  await setStrategy(harness, 'AuthenticatorApp', false, 'mail-alone');
  const login = await logIn();
  expect(screenFor(login)).toEqual(['forceTwoFactor', 'emailVerifyCode']);
  expect(login).not.toHaveProperty('qrCode');
});

it('an mfaToken that died sends the person back to the first screen, whatever is asked with it', async () => {
  const { logIn } = await enter('dead-token', { mail: true });
  const { mfaToken } = await logIn();
  harness.clock.advance({ seconds: 601 });
  const dead = { status: 401, errors: ['Invalid MFA token'], errorCode: 'ER-01013' };
  expect(await mayRemember(mfaToken)).toEqual(dead);
  expect(await call('POST', '/auth/v1/user/mfa/verify', { value: '123456', mfaToken })).toEqual(dead);
  expect(await call('POST', '/auth/v1/user/mfa/authenticator/enroll', { mfaToken })).toEqual(dead);
  expect(await call('POST', '/auth/v1/user/mfa/emailcode', { mfaToken })).toEqual(dead);
});
