import { describe, expect, test } from 'vitest';
import {
  asEnvironment,
  createTenant,
  createUser,
  createUserInTenant,
  enroll,
  logIn,
  password,
  setPolicy,
  setStrategy,
  totp,
} from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { tokensOf, waitingFor } from '../../support/login-answers.ts';
import { decodeQrDataUri } from '../../support/qr.ts';
import { call, expectRefusal, faults, refusal, setCookie } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user';
const wrong = refusal('Incorrect email or password');
const harness = useHarness();

const logInWith = (body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(body === undefined ? {} : { body }) });

describe('the answer of a login', () => {
  test('complete: tokens, and no field of the other forms', async () => {
    const user = await createUserInTenant(harness, 'complete');
    const answer = await logIn(harness, user.email);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(tokensOf(harness, user));
    expect(setCookie(answer, 'fe_refresh_')?.value).toBe(answer.json().refreshToken);
    expect(setCookie(answer, 'fe_device_')).toBeUndefined();
  });

  test('outstanding, not enrolled: strategies, and the QR code at once', async () => {
    const user = await createUserInTenant(harness, 'unenrolled');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const answer = await logIn(harness, user.email);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      ...waitingFor(user),
      mfaEnrolled: false,
      mfaStrategies: ['AuthenticatorApp'],
      qrCode: expect.stringMatching(/^data:image\/png;base64,/),
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
    });
    expect(answer.cookies).toEqual([]);
    const { qrCode, secret } = answer.json();
    const label = `Sallyport:${encodeURIComponent(user.email)}`;
    const uri = `otpauth://totp/${label}?secret=${secret}&issuer=Sallyport&algorithm=SHA1&digits=6&period=30`;
    expect(decodeQrDataUri(qrCode)).toBe(uri);
    expect((await logIn(harness, user.email)).json().secret, 'every login has a secret of its own').not.toBe(secret);
  });

  test('outstanding, enrolled: the four lists of devices, and no QR code', async () => {
    const user = await createUserInTenant(harness, 'enrolled');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await enroll(harness, user.email);
    const answer = await logIn(harness, user.email);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      ...waitingFor(user),
      mfaEnrolled: true,
      mfaDevices: { webauthn: [], phones: [], authenticators: [{ id: expect.any(String) }], emails: [] },
    });
    expect(answer.cookies).toEqual([]);
  });

  test('with e-mail codes on: offered in order, alone without QR code, and listed for enrolled users', async () => {
    const forced = await createTenant(harness, 'mail');
    const user = await createUser(harness, forced, 'mail@acme.example');
    const enrolled = await createUser(harness, forced, 'mail-2@acme.example');
    await setPolicy(harness, { enforceMFAType: 'Force' }, forced);
    await enroll(harness, enrolled.email);
    await setStrategy(harness, 'EmailCode', true);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaStrategies: ['AuthenticatorApp', 'EmailCode'], qrCode: expect.any(String) });
    await setStrategy(harness, 'AuthenticatorApp', false, forced);
    const onlyMail = (await logIn(harness, user.email)).json();
    expect(Object.keys(onlyMail).sort()).toEqual(
      ['emailVerified', 'mfaEnrolled', 'mfaRequired', 'mfaStrategies', 'mfaToken', 'tokenType', 'userEmail', 'userId'].sort(),
    );
    expect(onlyMail).toMatchObject({ mfaEnrolled: false, mfaStrategies: ['EmailCode'] });
    const devices = { authenticators: [{ id: expect.any(String) }], emails: [{ email: enrolled.email }], phones: [], webauthn: [] };
    const still = (await logIn(harness, enrolled.email)).json();
    expect(still, 'a factor keeps verifying when its strategy is off').toMatchObject({ mfaEnrolled: true, mfaDevices: devices });
    await setStrategy(harness, 'EmailCode', false);
    expectRefusal(await logIn(harness, user.email), 403, refusal('No MFA strategy is available'));
  });
});

describe('how a user is named', () => {
  test('by e-mail or user name, in any case of letters, with fields nobody knows', async () => {
    const user = await createUserInTenant(harness, 'named');
    for (const body of [
      { email: user.email.toUpperCase(), password },
      { username: user.email, password },
      { email: null, username: user.email, password },
      { email: '', username: user.email, password, recaptchaToken: 'x', invitationToken: 'y' },
    ]) {
      expect((await logInWith(body)).json(), JSON.stringify(body)).toMatchObject({ userId: user.id });
    }
  });

  test('stale credentials and a foreign tenant header do not disturb, nor does a content type with charset', async () => {
    const user = await createUserInTenant(harness, 'stale');
    const body = { email: user.email, password };
    for (const headers of [
      { authorization: 'Bearer stale' },
      { authorization: `Bearer ${await harness.environmentToken()}`, 'frontegg-tenant-id': 'no-such-tenant' },
      { 'frontegg-tenant-id': '' },
      { 'frontegg-vendor-host': 'x', 'frontegg-user-id': 'y', 'x-access-token': 'z' },
      { 'content-type': 'application/json; charset=UTF-8' },
    ]) {
      expect((await logInWith(body, headers)).statusCode, JSON.stringify(headers)).toBe(200);
    }
  });
});

describe('refusals', () => {
  test('an unknown user, a wrong password and a user without password answer alike', async () => {
    const user = await createUserInTenant(harness, 'wrong');
    const none = await createUser(harness, user.tenantId, 'no-password@acme.example', { password: null });
    expectRefusal(await logInWith({ email: user.email, password: `${password} ` }), 401, wrong);
    expectRefusal(await logInWith({ email: user.email, password: password.toUpperCase() }), 401, wrong);
    expectRefusal(await logInWith({ email: 'nobody@acme.example', password }), 401, wrong);
    expectRefusal(await logInWith({ email: none.email, password }), 401, wrong);
    expectRefusal(await logInWith({ email: 'a\0b', password }), 400, faults('email must be a string'));
  });

  test('an unverified user is told so only with the right password', async () => {
    const tenantId = await createTenant(harness, 'unverified');
    const body = { email: 'unverified@acme.example', password, tenantId };
    expect((await call(harness, 'POST', '/vendor-only/users/v1', { headers: await asEnvironment(harness), body })).statusCode).toBe(201);
    expectRefusal(await logInWith({ email: body.email, password }), 401, refusal('Email is not verified', 'ER-01060'));
    expectRefusal(await logInWith({ email: body.email, password: 'wrong password' }), 401, wrong);
  });

  test('a locked user is refused whatever the password, and an outstanding login ends with the lock', async () => {
    const locked = refusal('User is locked out', 'ER-01034');
    const user = await createUserInTenant(harness, 'locked');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { mfaToken, secret } = (await logIn(harness, user.email)).json();
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expectRefusal(await logIn(harness, user.email), 401, locked);
    expectRefusal(await logInWith({ email: user.email, password: 'wrong password' }), 401, locked);
    const body = { mfaToken, token: totp(harness, secret) };
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/mfa/authenticator/enroll/verify', { body }), 401, locked);
  });

  test('validation names each field, in order', async () => {
    const email = 'email should not be empty';
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      [null, ['Request body is required']],
      [[], ['Invalid request body']],
      ['{', ['Invalid request body']],
      [{}, [email, 'password should not be empty']],
      [{ password }, [email]],
      [{ email: '', username: null, password: '' }, [email, 'password should not be empty']],
      [{ email: 5, password: true }, ['email must be a string', 'password must be a string']],
      [{ email: 'a@b.example', username: {}, password }, ['username must be a string']],
      [{ email: 'x'.repeat(4097), password }, ['email must be a string']],
      [{ email: 'a@b.example', password: 'x'.repeat(4097) }, ['password must be a string']],
    ];
    for (const [body, texts] of cases) expectRefusal(await logInWith(body), 400, faults(...texts), JSON.stringify(body)?.slice(0, 80));
  });
});
