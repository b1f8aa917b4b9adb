import { describe, expect, test } from 'vitest';
import { enroll, logIn, setPolicy, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { tokensOf } from '../../support/login-answers.ts';
import {
  alreadyEnrolled,
  call,
  expectRefusal,
  invalidCode,
  invalidMfaToken,
  invalidType,
  opaqueToken,
  setCookie,
  tooMany,
} from '../../support/rest.ts';
import { expectOnlySixDigits, expectTextsRequired, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/mfa/authenticator/enroll/verify';
const recovery = /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/;
const harness = useHarness();

const verify = (body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(body === undefined ? {} : { body }) });

describe('finishing the enrollment', () => {
  test('answers 201 with tokens and recovery code, sets the refresh cookie and enrolls', async () => {
    const { id, email, mfaToken, secret } = await unenrolled(harness, 'done');
    const answer = await verify({ token: totp(harness, secret), mfaToken });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ ...tokensOf(harness, { id, email }), recoveryCode: expect.stringMatching(recovery) });
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json().refreshToken);
    expect(setCookie(answer, 'fe_device_')).toBeUndefined();
    expect((await logIn(harness, email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
  });

  test('codes of the step before and after serve, those two steps away do not', async () => {
    for (const [offset, status] of [
      [-30, 201],
      [30, 201],
      [-60, 400],
      [60, 400],
    ] as const) {
      const { mfaToken, secret } = await unenrolled(harness, `window${offset}`);
      expect((await verify({ token: totp(harness, secret, offset), mfaToken })).statusCode, `${offset} s`).toBe(status);
    }
  });

  test('remembers the device where the policy allows it, silently not elsewhere', async () => {
    const allowed = await unenrolled(harness, 'remember', { allowRememberMyDevice: true, mfaDeviceExpiration: 3600 });
    const answer = await verify({ token: totp(harness, allowed.secret), mfaToken: allowed.mfaToken, rememberDevice: true });
    expect(setCookie(answer, 'fe_device_')).toMatchObject({ value: expect.stringMatching(opaqueToken), maxAge: 3600 });
    const forbidden = await unenrolled(harness, 'forget');
    const other = await verify({ token: totp(harness, forbidden.secret), mfaToken: forbidden.mfaToken, rememberDevice: true });
    expect(other.statusCode).toBe(201);
    expect(setCookie(other, 'fe_device_')).toBeUndefined();
  });

  test('credentials in headers are not looked at', async () => {
    const { mfaToken, secret } = await unenrolled(harness, 'headers');
    const headers = { authorization: 'Bearer x', 'frontegg-tenant-id': 'a,b' };
    expect((await verify({ token: totp(harness, secret), mfaToken, rememberDevice: null, invitationToken: 'x' }, headers)).statusCode).toBe(201);
  });
});

describe('refusals', () => {
  test('token and mfaToken are required texts, in this order', async () => {
    await expectTextsRequired(verify, ['token', 'mfaToken']);
    expect((await verify({ token: 5, mfaToken: 'x' })).json()).toMatchObject({ errorCode: 'ER-d7f60b4b8b' });
  });

  test('what is not six ASCII digits answers 400 and costs no attempt', async () => {
    const { mfaToken, secret } = await unenrolled(harness, 'forms');
    await expectOnlySixDigits((token) => verify({ token, mfaToken }));
    const right = totp(harness, secret);
    expect((await verify({ token: `${right.slice(0, 3)} ${right.slice(3)}`, mfaToken })).statusCode, 'as apps show it').toBe(201);
  });

  test('a wrong code leaves the mfaToken usable; the fifth kills it, and the factor rests for fifteen minutes', async () => {
    const { mfaToken, secret, email } = await unenrolled(harness, 'wrong');
    const token = wrongTotp(harness, secret);
    for (let count = 1; count <= 4; count += 1) expectRefusal(await verify({ token, mfaToken }), 400, invalidCode, `${count}`);
    expectRefusal(await verify({ token, mfaToken }), 400, invalidCode, 'the fifth');
    expectRefusal(await verify({ token: totp(harness, secret), mfaToken }), 401, invalidMfaToken, 'dead');
    const next = (await logIn(harness, email)).json();
    const limited = await verify({ token: totp(harness, next.secret), mfaToken: next.mfaToken });
    expectRefusal(limited, 429, tooMany, 'without looking at the code');
    expect(limited.headers['retry-after']).toBe('900');
    expect(limited.headers['x-rate-limit-reset']).toBe(new Date(harness.clock.now().getTime() + 900_000).toISOString());
    harness.clock.advance({ seconds: 900 });
    const later = (await logIn(harness, email)).json();
    expect((await verify({ token: totp(harness, later.secret), mfaToken: later.mfaToken })).statusCode).toBe(201);
  });

  test('the right code after four wrong ones logs in', async () => {
    const { mfaToken, secret } = await unenrolled(harness, 'four');
    for (let count = 1; count <= 4; count += 1) await verify({ token: wrongTotp(harness, secret), mfaToken });
    expect((await verify({ token: totp(harness, secret), mfaToken })).statusCode).toBe(201);
  });

  test('an mfaToken that is unknown, spent or expired answers 401', async () => {
    const { mfaToken, secret, email } = await unenrolled(harness, 'tokens');
    expectRefusal(await verify({ token: '123456', mfaToken: 'unknown' }), 401, invalidMfaToken);
    const body = { token: totp(harness, secret), mfaToken };
    const answers = await Promise.all([verify(body), verify(body)]);
    // The other one finds the mfaToken spent, or, having read it just before, a factor that was not there yet or an enrollment that
    // is over.
    const [winner, ...others] = answers.map((answer) => answer.statusCode).sort((one, other) => Number(other === 201) - Number(one === 201));
    expect([winner, others.every((status) => [400, 401, 403].includes(status))], 'of two at once one wins').toEqual([201, true]);
    expectRefusal(await verify(body), 401, invalidMfaToken, 'spent');
    const expired = await unenrolled(harness, 'expired');
    harness.clock.advance({ seconds: 600 });
    expectRefusal(await verify({ token: totp(harness, expired.secret), mfaToken: expired.mfaToken }), 401, invalidMfaToken, 'expired');
    expect((await logIn(harness, email)).json()).toMatchObject({ mfaEnrolled: true });
  });

  test("a code from another login's secret is wrong, and the other login goes on", async () => {
    const first = await unenrolled(harness, 'mixed');
    const second = (await logIn(harness, first.email)).json();
    expectRefusal(await verify({ token: totp(harness, second.secret), mfaToken: first.mfaToken }), 400, invalidCode);
    expect((await verify({ token: totp(harness, second.secret), mfaToken: second.mfaToken })).statusCode).toBe(201);
    expectRefusal(await verify({ token: totp(harness, first.secret), mfaToken: first.mfaToken }), 403, alreadyEnrolled);
  });

  test('who enrolled meanwhile gets 403, and where the app is off 400', async () => {
    const older = await unenrolled(harness, 'older');
    await enroll(harness, older.email);
    expectRefusal(await verify({ token: totp(harness, older.secret), mfaToken: older.mfaToken }), 403, alreadyEnrolled);
    const off = await unenrolled(harness, 'off');
    await setStrategy(harness, 'AuthenticatorApp', false, off.tenantId);
    expectRefusal(await verify({ token: totp(harness, off.secret), mfaToken: off.mfaToken }), 400, invalidType);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, off.tenantId);
    await setStrategy(harness, 'AuthenticatorApp', true, off.tenantId);
    expect((await verify({ token: totp(harness, off.secret), mfaToken: off.mfaToken })).statusCode).toBe(201);
  });
});
