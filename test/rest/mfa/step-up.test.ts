import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant, enroll, logIn, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import type { Harness } from '../../support/harness.ts';
import { openHarness } from '../../support/harness.ts';
import { tokensOf } from '../../support/login-answers.ts';
import { asUser, call, claimsOf, expectRefusal, faults, invalidType, opaqueToken, refusal, setCookie, unauthorized } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';

const path = '/auth/v1/user/step-up/generate';
const acr = 'http://schemas.openid.net/pape/policies/2007/06/multi-factor';
let harness: Harness;
beforeAll(async () => {
  harness = await openHarness();
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(() => harness.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const generate = (accessToken: string, body: unknown = {}) => call(harness, 'POST', path, { headers: bearer(accessToken), body });
const now = () => Math.floor(harness.clock.now().getTime() / 1000);
const verify = (body: object) => call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
const refresh = (cookie: string) => call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie });

/** An enrolled user with a session that was raised by nothing, as the operator spares this one the second factor. */
async function plainSession(name: string, more: object = {}) {
  const user = await createUserInTenant(harness, name, more);
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
  const factor = await enroll(harness, user.email);
  const refreshed = await refresh(factor.cookie);
  expect(refreshed.statusCode).toBe(200);
  const accessToken = refreshed.json<{ accessToken: string }>().accessToken;
  return { ...user, ...factor, accessToken, cookie: `${setCookie(refreshed, 'fe_refresh_')?.name}=${setCookie(refreshed, 'fe_refresh_')?.value}` };
}

describe('generating a step-up', () => {
  test('answers 201 with a challenge and nothing more: no token, no user, no mailbox', async () => {
    const user = await plainSession('first-form');
    const answer = await generate(user.accessToken);
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toEqual({
      mfaToken: expect.stringMatching(opaqueToken),
      mfaEnrolled: true,
      mfaDevices: { webauthn: [], phones: [], authenticators: [{ id: expect.any(String) }], emails: [] },
    });
    expect(answer.cookies).toEqual([]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('may be repeated, without a body too, and every challenge is good', async () => {
    const user = await plainSession('again');
    const first = (await generate(user.accessToken)).json().mfaToken;
    const second = (await call(harness, 'POST', path, { headers: bearer(user.accessToken) })).json().mfaToken;
    expect(second).not.toBe(first);
    expect((await verify({ mfaToken: first, value: totp(harness, user.secret) })).statusCode).toBe(201);
    harness.clock.advance({ seconds: 60 });
    expect((await verify({ mfaToken: second, value: totp(harness, user.secret) })).statusCode).toBe(201);
  });

  test('answers tokens at once where the token presented is raised and recent, with the same proof and no newer', async () => {
    const user = await plainSession('complete');
    const { mfaToken } = (await generate(user.accessToken)).json();
    const raised = (await verify({ mfaToken, value: totp(harness, user.secret) })).json();
    const at = now();
    harness.clock.advance({ seconds: 120 });
    const answer = await generate(raised.accessToken, { maxAge: 120 });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual(tokensOf(harness, user));
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json().refreshToken);
    const claims = claimsOf(answer.json().accessToken);
    expect(claims).toMatchObject({ acr, amr: ['pwd', 'otp', 'mfa'], auth_time: at, sid: claimsOf(user.accessToken).sid });
    expect((await generate(raised.accessToken)).json(), 'no limit given').toHaveProperty('accessToken');
    harness.clock.advance({ seconds: 1 });
    expect((await generate(raised.accessToken, { maxAge: 120 })).json(), 'a second too old').toHaveProperty('mfaToken');
    expect((await generate(raised.accessToken, { maxAge: 121 })).json()).toHaveProperty('accessToken');
    expect((await generate(user.accessToken, { maxAge: 121 })).json(), 'the token presented counts').toHaveProperty('mfaToken');
  });

  test('asking again does not stretch a proof beyond the life of a token, whatever age is allowed', async () => {
    const user = await plainSession('stretch');
    const { mfaToken } = (await generate(user.accessToken)).json();
    const first = (await verify({ mfaToken, value: totp(harness, user.secret) })).json().accessToken;
    harness.clock.advance({ seconds: 800 });
    const second = (await generate(first)).json().accessToken;
    harness.clock.advance({ seconds: 100 });
    expect((await generate(second)).json()).toHaveProperty('accessToken');
    harness.clock.advance({ seconds: 1 });
    expect((await generate(second, { maxAge: 100_000 })).json()).toHaveProperty('mfaToken');
  });

  test('tokens of two calls at once both refresh; those before them do so for ten seconds', async () => {
    const user = await plainSession('tabs');
    const { mfaToken } = (await generate(user.accessToken)).json();
    const raised = (await verify({ mfaToken, value: totp(harness, user.secret) })).json();
    harness.clock.advance({ seconds: 11 });
    const answers = await Promise.all([generate(raised.accessToken), generate(raised.accessToken)]);
    harness.clock.advance({ seconds: 11 });
    const name = user.cookie.split('=')[0];
    for (const answer of answers) expect((await refresh(`${name}=${answer.json().refreshToken}`)).statusCode).toBe(200);
    expectRefusal(await refresh(`${name}=${raised.refreshToken}`), 401, unauthorized, 'superseded: a theft shows');
  });
});

describe('verifying with its mfaToken', () => {
  test('raises the same session and rotates its refresh token; the old access token stays as it was, a refresh drops the claims', async () => {
    const user = await plainSession('raise');
    const { mfaToken, mfaDevices } = (await generate(user.accessToken)).json();
    const device = mfaDevices.authenticators[0].id;
    harness.clock.advance({ seconds: 11 });
    const answer = await call(harness, 'POST', `/auth/v1/user/mfa/authenticator/${device}/verify`, {
      body: { mfaToken, value: totp(harness, user.secret), rememberDevice: true },
    });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).not.toHaveProperty('recoveryCode');
    const [before, after] = [claimsOf(user.accessToken), claimsOf(answer.json().accessToken)];
    const { iat, exp, jti, ...same } = before;
    expect(after).toEqual({ ...same, iat: now(), exp: now() + 900, jti: expect.any(String), acr, amr: ['pwd', 'otp', 'mfa'], auth_time: now() });
    expect(setCookie(answer, 'fe_device_'), 'no device is remembered by it').toBeUndefined();
    const cookie = `${setCookie(answer, 'fe_refresh_')?.name}=${setCookie(answer, 'fe_refresh_')?.value}`;
    const refreshed = await refresh(cookie);
    for (const claim of ['acr', 'amr', 'auth_time']) expect(claimsOf(refreshed.json().accessToken)).not.toHaveProperty(claim);
    harness.clock.advance({ seconds: 11 });
    expectRefusal(await refresh(user.cookie), 401, unauthorized, 'the refresh token before it');
  });

  test('no e-mail code is sent for it, none is taken, and no device may be remembered', async () => {
    const user = await plainSession('mailbox');
    const { mfaToken } = (await generate(user.accessToken)).json();
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/mfa/emailcode', { body: { mfaToken } }), 400, invalidType);
    const body = { mfaToken, otcToken: 'any', code: '123456' };
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/mfa/emailcode/verify', { body }), 400, invalidType);
    const allowed = await call(harness, 'GET', `/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${mfaToken}`);
    expect(allowed.json()).toMatchObject({ isAllowedToRemember: false });
  });
});

describe('refusals', () => {
  test('a user without a factor is told so, in these very words, spared by the operator or not', async () => {
    for (const mfaBypass of [false, true]) {
      const user = await createUserInTenant(harness, `none-${mfaBypass}`, { mfaBypass });
      const { accessToken } = (await logIn(harness, user.email)).json();
      expectRefusal(await generate(accessToken), 400, refusal('MFA is not enrolled', 'ER-01097'));
      expectRefusal(await generate(accessToken, { maxAge: 60 }), 400, refusal('MFA is not enrolled', 'ER-01097'));
    }
  });

  test('only a user gets one', async () => {
    await expectStrangersRefused(harness, { method: 'POST', url: `/identity/resources${path}`, body: {} });
    await expectEnvironmentRefused(harness, { method: 'POST', url: `/identity/resources${path}`, body: {} });
  });

  test('maxAge is a whole number of seconds', async () => {
    const { accessToken } = await plainSession('max-age');
    for (const maxAge of ['60', 1.5, true, {}, [60]])
      expectRefusal(await generate(accessToken, { maxAge }), 400, faults('maxAge must be an integer number'), JSON.stringify(maxAge));
    expectRefusal(await generate(accessToken, { maxAge: -1 }), 400, faults('maxAge must not be less than 0'));
    expectRefusal(await generate(accessToken, { maxAge: 2 ** 31 }), 400, faults('maxAge must not be greater than 2147483647'));
    expect((await generate(accessToken, { maxAge: null })).statusCode).toBe(201);
  });
});

describe('sensitive operations over REST', () => {
  const policy = '/configurations/v1/mfa-policy';
  const change = async (on: Harness, accessToken: string) =>
    call(on, 'PUT', policy, { headers: bearer(accessToken), body: { enforceMFAType: 'DontForce' } });

  test('go on without a fresh factor unless the operator is strict', async () => {
    const user = await plainSession('lenient', { roleIds: [roleIds.admin] });
    harness.clock.advance({ seconds: 600 });
    expect((await change(harness, user.accessToken)).statusCode).toBe(200);
  });

  test('under STRICT_STEP_UP answer 401 with the header of RFC 9470, until the session is raised', async () => {
    const lenient = harness;
    harness = await openHarness({ settings: { STRICT_STEP_UP: '1' } });
    try {
      const user = await plainSession('strict', { roleIds: [roleIds.admin] });
      harness.clock.advance({ seconds: 300 });
      for (const [method, body] of Object.entries({ POST: { enforceMFAType: 'Force' }, PATCH: { enforceMFAType: 'DontForce' }, PUT: {} })) {
        const answer = await call(harness, method as 'POST', policy, { headers: bearer(user.accessToken), body });
        expectRefusal(answer, 401, refusal('Step-up required'), method);
        expect(answer.headers['www-authenticate']).toBe(`Bearer error="insufficient_user_authentication", acr_values="${acr}", max_age=300`);
      }
      const { mfaToken } = (await generate(user.accessToken)).json();
      const raised = (await verify({ mfaToken, value: totp(harness, user.secret) })).json().accessToken;
      harness.clock.advance({ seconds: 300 });
      expect((await change(harness, raised)).statusCode).toBe(200);
      expect((await change(harness, user.accessToken)).statusCode, 'the session counts, not the token').toBe(200);
      harness.clock.advance({ seconds: 1 });
      expect((await change(harness, raised)).statusCode).toBe(401);
      const unenrolled = await createUserInTenant(harness, 'strict-2', { roleIds: [roleIds.admin] });
      const { authorization = '' } = await asUser(harness, unenrolled.email);
      expect((await change(harness, authorization.slice('Bearer '.length))).statusCode, 'without a factor nobody is asked').toBe(200);
    } finally {
      await harness.close();
      harness = lenient;
    }
  });
});
