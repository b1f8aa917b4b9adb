import { describe, expect, test } from 'vitest';
import { createUser, createUserInTenant, identity, logIn, setPolicy, totp } from '../../support/builders.ts';
import { audited, countOf, execute } from '../../support/database.ts';
import { mailedResetLink, requestReset, resetPassword, resetTokenFor } from '../../support/first-factors.ts';
import { call, expectEmpty, expectRefusal, faults, refusal, tooMany, unauthorized } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const invalidToken = refusal('Invalid token');
const wrongPassword = refusal('Incorrect email or password');
const password = 'an entirely new password';
const logInWith = (email: string, given: string, cookie?: string) =>
  call(harness, 'POST', '/auth/v1/user', { body: { email, password: given }, ...(cookie === undefined ? {} : { cookie }) });
const mailTo = async (email: string) => {
  await harness.app.outbox.flush();
  return harness.mail.filter((message) => message.to === email);
};

describe('asking for a reset', () => {
  test('by either form: 201 without a body, and a link by mail to the verified address', async () => {
    const user = await createUserInTenant(harness, 'ask');
    for (const body of [
      { email: user.email },
      { identifier: user.email.toUpperCase(), identifierType: 'email' },
      { identifier: user.email, identifierType: 'username' },
    ]) {
      expectEmpty(await requestReset(harness, body), 201);
    }
    expect(await mailTo(user.email)).toHaveLength(3);
    expect(await mailedResetLink(harness, user.email)).toMatch(
      new RegExp(`^https://id\\.acme\\.example/oauth/account/reset-password\\?userId=${user.id}&token=[\\w-]{43}$`),
    );
    expect(await audited(harness, user.id, 'PASSWORD_RESET_REQUESTED')).toBe(3);
  });

  test('an unknown, an unverified and a locked user get the same answer and no mail', async () => {
    const locked = await createUserInTenant(harness, 'ask-locked');
    await execute(harness, 'update users set locked = true where id = $1', [locked.id]);
    const unverified = await createUser(harness, locked.tenantId, 'ask-unverified@acme.example');
    await execute(harness, 'update users set verified = false where id = $1', [unverified.id]);
    for (const email of ['nobody@acme.example', locked.email, unverified.email, 'not an address']) {
      expectEmpty(await requestReset(harness, { email }), 201);
      expect(await mailTo(email)).toEqual([]);
    }
  });

  test('five times in fifteen minutes for each address, known or not; then 429', async () => {
    const user = await createUserInTenant(harness, 'ask-limit');
    for (const email of [user.email, 'nobody-at-all@acme.example']) {
      for (let count = 1; count <= 5; count += 1) expectEmpty(await requestReset(harness, { email: count % 2 ? email : email.toUpperCase() }), 201);
      const limited = await requestReset(harness, { email });
      expectRefusal(limited, 429, tooMany, email);
      expect(limited.headers['retry-after']).toBe('900');
    }
  });

  test('validation', async () => {
    for (const body of [{}, { email: '' }, { identifierType: 'email' }]) {
      expectRefusal(await requestReset(harness, body), 400, faults('email should not be empty'), JSON.stringify(body));
    }
    const type = faults('identifierType must be one of the following values: email, username, phoneNumber');
    expectRefusal(await requestReset(harness, { identifier: '+15550100', identifierType: 'telegraph' }), 400, type);
  });
});

describe('resetting', () => {
  test('sets the password and ends what the old one opened; the factor stays and is asked for', async () => {
    const user = await enrolled(harness, 'whole', { allowRememberMyDevice: true });
    const verify = { mfaToken: user.mfaToken, value: totp(harness, user.secret), rememberDevice: true };
    const session = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: verify });
    const device = session.cookies.find(({ name }) => name.startsWith('fe_device_'));
    const cookie = session.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    harness.clock.advance({ seconds: 60 });
    const { mfaToken } = (await logIn(harness, user.email)).json<{ mfaToken: string }>();

    expectEmpty(await resetPassword(harness, { ...(await resetTokenFor(harness, user.email)), password }), 201);
    const authorization = `Bearer ${session.json<{ accessToken: string }>().accessToken}`;
    expectRefusal(await call(harness, 'GET', '/users/v2/me', { headers: { authorization } }), 401, unauthorized);
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/token/refresh', { cookie }), 401, unauthorized);
    const waiting = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { mfaToken, value: totp(harness, user.secret) } });
    expectRefusal(waiting, 401, refusal('Invalid MFA token', 'ER-01013'), 'a login that was under way');
    expectRefusal(await logIn(harness, user.email), 401, wrongPassword, 'the old password');

    const login = await logInWith(user.email, password, `${device?.name}=${device?.value}`);
    expect(login.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true, mfaDevices: { authenticators: [{}] } });
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
    expect(await countOf(harness, 'recovery_codes', user.id)).toBe(1);
    expect(await audited(harness, user.id, 'PASSWORD_CHANGED', 'RESET')).toBe(1);
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to, kind }) => to === user.email && kind === 'PASSWORD_CHANGED')).toHaveLength(1);
  });

  test('works once, for fifteen minutes, by the newest token and for its own user', async () => {
    const [user, other] = [await createUserInTenant(harness, 'once'), await createUserInTenant(harness, 'once-other')];
    const old = await resetTokenFor(harness, user.email);
    const { token } = await resetTokenFor(harness, user.email);
    for (const body of [old, { userId: other.id, token }, { userId: user.id, token: 'unknown' }]) {
      expectRefusal(await resetPassword(harness, { ...body, password }), 400, invalidToken);
    }
    expectEmpty(await resetPassword(harness, { userId: user.id, token, password }), 201);
    expectRefusal(await resetPassword(harness, { userId: user.id, token, password }), 400, invalidToken, 'again');
    const late = await resetTokenFor(harness, other.email);
    harness.clock.advance({ seconds: 900 });
    expectRefusal(await resetPassword(harness, { ...late, password }), 400, invalidToken, 'late');
    expect((await logIn(harness, other.email)).statusCode).toBe(200);
    expect(await audited(harness, other.id, 'PASSWORD_RESET_FAILED', 'INVALID_TOKEN')).toBe(1);
  });

  test('gives a password to a user who had none', async () => {
    const tenant = await createUserInTenant(harness, 'none');
    const created = await createUser(harness, tenant.tenantId, 'none-first@acme.example', { password: null });
    expectEmpty(await resetPassword(harness, { ...(await resetTokenFor(harness, created.email)), password }), 201);
    expect((await logInWith(created.email, password)).statusCode).toBe(200);
  });

  test('a user locked meanwhile is told so and keeps the old password', async () => {
    const user = await createUserInTenant(harness, 'locked');
    const body = { ...(await resetTokenFor(harness, user.email)), password };
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expectRefusal(await resetPassword(harness, body), 401, refusal('User is locked out', 'ER-01034'));
    await execute(harness, 'update users set locked = false where id = $1', [user.id]);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('validation costs no token', async () => {
    const user = await createUserInTenant(harness, 'faults');
    const body = await resetTokenFor(harness, user.email);
    const all = faults('userId should not be empty', 'token should not be empty', 'password should not be empty');
    expectRefusal(await resetPassword(harness, {}), 400, all);
    expectRefusal(await resetPassword(harness, { ...body, password: 'seven77' }), 400, faults('Password must be at least 8 characters long'));
    expectRefusal(await resetPassword(harness, { ...body, password: 'x'.repeat(129) }), 400, faults('Password must be at most 128 characters long'));
    expectEmpty(await resetPassword(harness, { ...body, password }), 201);
  });
});

test('a token for one purpose is none for another', async () => {
  await setPolicy(harness, { enforceMFAType: 'DontForce' });
  const user = await createUserInTenant(harness, 'purposes');
  const reset = await resetTokenFor(harness, user.email);
  const answer = await harness.send({ method: 'POST', url: `${identity}/users/v1/activate`, body: { ...reset, password } });
  expectRefusal(answer, 400, invalidToken);
});
