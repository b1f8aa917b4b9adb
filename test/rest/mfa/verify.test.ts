import { describe, expect, test } from 'vitest';
import { enroll, logIn, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { tokensOf } from '../../support/login-answers.ts';
import { call, expectRefusal, invalidCode, invalidMfaToken, invalidType, opaqueToken, setCookie, tooMany } from '../../support/rest.ts';
import { enrolled, expectOnlySixDigits, expectTextsRequired, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/mfa/verify';
const harness = useHarness();

const verify = (body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(body === undefined ? {} : { body }) });

describe('verifying an authenticator code', () => {
  test('an enrolled user gets 201, tokens and no recovery code', async () => {
    const user = await enrolled(harness, 'enrolled');
    const answer = await verify({ value: totp(harness, user.secret), mfaToken: user.mfaToken, invitationToken: 'x' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual(tokensOf(harness, user));
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json().refreshToken);
    expect(setCookie(answer, 'fe_device_')).toBeUndefined();
  });

  test('completes a first enrollment as well, from the QR code of the login or of the enroll call', async () => {
    const direct = await unenrolled(harness, 'direct');
    const answer = await verify({ value: totp(harness, direct.secret), mfaToken: direct.mfaToken });
    expect(answer.statusCode).toBe(201);
    expect(Object.keys(answer.json())).toContain('recoveryCode');
    const asked = await unenrolled(harness, 'asked');
    const shown = (await call(harness, 'POST', '/auth/v1/user/mfa/authenticator/enroll', { body: { mfaToken: asked.mfaToken } })).json();
    expect((await verify({ value: totp(harness, shown.secret), mfaToken: asked.mfaToken })).json()).toHaveProperty('recoveryCode');
    expect((await logIn(harness, asked.email)).json()).toMatchObject({ mfaEnrolled: true });
  });

  test('remembers the device for as long as the policy says', async () => {
    const user = await enrolled(harness, 'remember', { allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 });
    const answer = await verify({ value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice: true });
    expect(setCookie(answer, 'fe_device_')).toMatchObject({ value: expect.stringMatching(opaqueToken), maxAge: 604_800 });
  });

  test('a factor keeps verifying when its strategy is switched off', async () => {
    const user = await enrolled(harness, 'off');
    await setStrategy(harness, 'AuthenticatorApp', false, user.tenantId);
    expect((await verify({ value: totp(harness, user.secret), mfaToken: user.mfaToken })).statusCode).toBe(201);
  });

  test('each step opens one login: the same code on another mfaToken is wrong', async () => {
    const user = await enrolled(harness, 'once');
    const second = await mfaTokenFor(harness, user.email);
    const value = totp(harness, user.secret);
    expect((await verify({ value, mfaToken: user.mfaToken })).statusCode).toBe(201);
    expectRefusal(await verify({ value, mfaToken: second }), 400, invalidCode);
    harness.clock.advance({ seconds: 30 });
    expectRefusal(await verify({ value, mfaToken: second }), 400, invalidCode, 'within the window, yet used');
    expect((await verify({ value: totp(harness, user.secret), mfaToken: second })).statusCode).toBe(201);
  });

  test('credentials in headers are not looked at', async () => {
    const user = await enrolled(harness, 'headers');
    const headers = { authorization: 'Bearer x', 'frontegg-tenant-id': 'no-such-tenant' };
    expect((await verify({ value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice: null }, headers)).statusCode).toBe(201);
  });
});

describe('refusals', () => {
  test('value and mfaToken are required texts, in this order', async () => {
    await expectTextsRequired(verify, ['value', 'mfaToken']);
  });

  test('what is not six ASCII digits answers 400 and costs no attempt', async () => {
    const user = await enrolled(harness, 'forms');
    await expectOnlySixDigits((value) => verify({ value, mfaToken: user.mfaToken }));
    expect((await verify({ value: totp(harness, user.secret), mfaToken: user.mfaToken })).statusCode).toBe(201);
  });

  test('the fifth wrong code kills the mfaToken; a new login then gets 429 until the first of them is fifteen minutes old', async () => {
    const user = await enrolled(harness, 'wrong');
    for (let count = 1; count <= 5; count += 1) {
      const value = wrongTotp(harness, user.secret);
      expectRefusal(await verify({ value, mfaToken: user.mfaToken }), 400, invalidCode, `${count}`);
      harness.clock.advance({ seconds: 10 });
    }
    expectRefusal(await verify({ value: totp(harness, user.secret), mfaToken: user.mfaToken }), 401, invalidMfaToken);
    const body = { mfaToken: await mfaTokenFor(harness, user.email) };
    const limited = await verify({ ...body, value: totp(harness, user.secret) });
    expectRefusal(limited, 429, tooMany);
    expect(limited.headers['retry-after']).toBe('850');
    expect(limited.headers['x-rate-limit-reset']).toBe(new Date(harness.clock.now().getTime() + 850_000).toISOString());
    harness.clock.advance({ seconds: 849 });
    const late = await mfaTokenFor(harness, user.email);
    expect((await verify({ value: totp(harness, user.secret), mfaToken: late })).statusCode).toBe(429);
    harness.clock.advance({ seconds: 1 });
    expect((await verify({ value: totp(harness, user.secret), mfaToken: late })).statusCode).toBe(201);
  });

  test('a success clears the count', async () => {
    const user = await enrolled(harness, 'cleared');
    let { mfaToken } = user;
    for (let round = 0; round < 3; round += 1) {
      for (let count = 1; count <= 4; count += 1) {
        expectRefusal(await verify({ value: wrongTotp(harness, user.secret), mfaToken }), 400, invalidCode, `${round}.${count}`);
      }
      expect((await verify({ value: totp(harness, user.secret), mfaToken })).statusCode).toBe(201);
      harness.clock.advance({ seconds: 30 });
      mfaToken = await mfaTokenFor(harness, user.email);
    }
  });

  test('an mfaToken that is unknown, spent or expired answers 401', async () => {
    const user = await enrolled(harness, 'tokens');
    expectRefusal(await verify({ value: '123456', mfaToken: 'unknown' }), 401, invalidMfaToken);
    const body = { value: totp(harness, user.secret), mfaToken: user.mfaToken };
    const answers = await Promise.all([verify(body), verify(body), verify(body)]);
    expect(
      answers.filter((answer) => answer.statusCode === 201),
      'of three at once one wins',
    ).toHaveLength(1);
    harness.clock.advance({ seconds: 60 });
    expectRefusal(await verify({ ...body, value: totp(harness, user.secret) }), 401, invalidMfaToken);
    const expired = await mfaTokenFor(harness, user.email);
    harness.clock.advance({ seconds: 600 });
    expectRefusal(await verify({ value: totp(harness, user.secret), mfaToken: expired }), 401, invalidMfaToken);
  });

  test('an unenrolled user with the app off, and one who enrolled meanwhile', async () => {
    const off = await unenrolled(harness, 'off-unenrolled');
    await setStrategy(harness, 'AuthenticatorApp', false, off.tenantId);
    expectRefusal(await verify({ value: totp(harness, off.secret), mfaToken: off.mfaToken }), 400, invalidType);
    const older = await unenrolled(harness, 'older');
    const { secret } = await enroll(harness, older.email);
    expectRefusal(await verify({ value: totp(harness, older.secret), mfaToken: older.mfaToken }), 400, invalidCode, 'the pending secret is void');
    expect((await verify({ value: totp(harness, secret), mfaToken: older.mfaToken })).json()).not.toHaveProperty('recoveryCode');
  });
});
