import { beforeAll, describe, expect, test } from 'vitest';
import { logIn, mailedCode, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import { tokensOf } from '../../support/login-answers.ts';
import { call, codeExpired, expectRefusal, faults, invalidCode, invalidMfaToken, invalidType, setCookie, tooMany } from '../../support/rest.ts';
import { enrolled, expectOnlySixDigits, expectTextsRequired, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/mfa/emailcode/verify';
const harness = useHarness();
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const verify = (body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(body === undefined ? {} : { body }) });

/** Sends a code for the login and reads it from the mail. */
async function codeFor({ mfaToken, email }: { mfaToken: string; email: string }) {
  const { otcToken } = (await call(harness, 'POST', '/auth/v1/user/mfa/emailcode', { body: { mfaToken } })).json<{ otcToken: string }>();
  return { otcToken, code: await mailedCode(harness, email), mfaToken };
}
const other = (code: string): string => (code === '000000' ? '000001' : '000000');

describe('verifying a mailed code', () => {
  test('answers 201 with tokens, no recovery code, and enrolls nothing: the next login asks again', async () => {
    const user = await unenrolled(harness, 'unenrolled');
    const answer = await verify({ ...(await codeFor(user)), more: 1 });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual(tokensOf(harness, user));
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json().refreshToken);
    expect(setCookie(answer, 'fe_device_')).toBeUndefined();
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  });

  test('serves an enrolled user in place of the app, and remembers the device where allowed', async () => {
    const user = await enrolled(harness, 'enrolled', { allowRememberMyDevice: true, mfaDeviceExpiration: 60 });
    const headers = { authorization: 'Bearer x', 'frontegg-tenant-id': 'no-such-tenant' };
    const answer = await verify({ ...(await codeFor(user)), rememberDevice: true }, headers);
    expect(answer.statusCode).toBe(201);
    expect(setCookie(answer, 'fe_device_')).toMatchObject({ maxAge: 60 });
  });

  test('code, otcToken and mfaToken are spent on success; of two at once one wins', async () => {
    const user = await unenrolled(harness, 'spent');
    const body = await codeFor(user);
    const answers = await Promise.all([verify(body), verify(body)]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 401]);
    expectRefusal(await verify(body), 401, invalidMfaToken);
    expectRefusal(await verify({ ...body, mfaToken: await mfaTokenFor(harness, user.email) }), 400, invalidCode);
  });
});

describe('refusals', () => {
  test('otcToken, code and mfaToken are required texts, in this order', async () => {
    await expectTextsRequired(verify, ['otcToken', 'code', 'mfaToken']);
    const mixed = { otcToken: 5, code: '', rememberDevice: 'no' };
    const texts = ['otcToken must be a string', 'code should not be empty', 'mfaToken should not be empty', 'rememberDevice must be a boolean value'];
    expectRefusal(await verify(mixed), 400, faults(...texts));
  });

  test('what is not six ASCII digits answers 400 and costs no attempt', async () => {
    const body = await codeFor(await unenrolled(harness, 'forms'));
    await expectOnlySixDigits((code) => verify({ ...body, code }));
    expect((await verify({ ...body, code: ` ${body.code}` })).statusCode, 'as people paste it').toBe(201);
  });

  test('an unknown otcToken answers like a wrong code, and so does the one of another login', async () => {
    const user = await unenrolled(harness, 'bound');
    const body = await codeFor(user);
    expectRefusal(await verify({ ...body, otcToken: 'unknown' }), 400, invalidCode);
    expectRefusal(await verify({ ...body, code: other(body.code) }), 400, invalidCode);
    const next = await codeFor({ ...user, mfaToken: await mfaTokenFor(harness, user.email) });
    expectRefusal(await verify({ ...next, mfaToken: body.mfaToken }), 400, invalidCode, 'the same user, another login');
    const stranger = await codeFor(await unenrolled(harness, 'bound-2'));
    expectRefusal(await verify({ ...stranger, mfaToken: body.mfaToken }), 400, invalidCode, 'another user');
    expect((await verify(next)).statusCode, 'four failures later').toBe(201);
  });

  test('an expired code says so', async () => {
    const body = await codeFor(await unenrolled(harness, 'expired'));
    harness.clock.advance({ seconds: 299 });
    const living = await codeFor(await unenrolled(harness, 'living'));
    harness.clock.advance({ seconds: 1 });
    expectRefusal(await verify(body), 400, codeExpired);
    harness.clock.advance({ seconds: 298 });
    expect((await verify(living)).statusCode).toBe(201);
  });

  test('an mfaToken that is unknown or expired answers 401', async () => {
    const body = await codeFor(await unenrolled(harness, 'tokens'));
    expectRefusal(await verify({ ...body, mfaToken: 'unknown' }), 401, invalidMfaToken);
    harness.clock.advance({ seconds: 600 });
    expectRefusal(await verify(body), 401, invalidMfaToken);
  });

  test('the fifth wrong code kills the mfaToken; then 429, for this factor alone', async () => {
    const user = await enrolled(harness, 'wrong');
    const body = await codeFor(user);
    for (let count = 1; count <= 5; count += 1) expectRefusal(await verify({ ...body, code: other(body.code) }), 400, invalidCode, `${count}`);
    expectRefusal(await verify(body), 401, invalidMfaToken);
    const next = await codeFor({ ...user, mfaToken: await mfaTokenFor(harness, user.email) });
    const limited = await verify(next);
    expectRefusal(limited, 429, tooMany);
    expect(limited.headers['retry-after']).toBe('900');
    const app = { value: totp(harness, user.secret), mfaToken: next.mfaToken };
    expect((await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: app })).statusCode, 'the app has a count of its own').toBe(201);
  });

  test('where e-mail codes are off by now, 400', async () => {
    const user = await unenrolled(harness, 'off');
    const body = await codeFor(user);
    await setStrategy(harness, 'EmailCode', false, user.tenantId);
    expectRefusal(await verify(body), 400, invalidType);
    await setStrategy(harness, 'EmailCode', true, user.tenantId);
    expect((await verify(body)).statusCode).toBe(201);
  });
});
