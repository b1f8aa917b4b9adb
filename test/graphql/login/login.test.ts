import { expect, test } from 'vitest';
import {
  asEnvironment,
  createUser,
  createUserInTenant,
  mailedCode,
  password,
  setPolicy,
  setStrategy,
  totp,
  wrongTotp,
} from '../../support/builders.ts';
import { giveAuthenticator } from '../../support/built-world.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const forced = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
  return user;
};
const logIn = (email: string, more: object = {}) => run(harness, documents.logIn, { email, password, ...more });

test('a user logs in without a second factor, refreshes, is the viewer, and logs out', async () => {
  const user = await createUserInTenant(harness, 'plain');
  const login = await logIn('PLAIN@acme.example');
  expect(login).toMatchObject({ __typename: 'LogInSuccess', session: { expiresInSeconds: 900 } });
  const refreshed = await run(harness, documents.refreshSession, { refreshToken: login.session.refreshToken });
  expect(refreshed.__typename).toBe('RefreshSessionSuccess');
  const headers = { authorization: `Bearer ${refreshed.session.accessToken}` };
  const viewer =
    '{ viewer { restId email mfaEnrolled authenticators { id } memberships { roles { key } tenant { restId } } activeTenant { name } } }';
  expect(await harness.graphql(viewer, {}, headers)).toEqual({
    data: {
      viewer: {
        restId: user.id,
        email: user.email,
        mfaEnrolled: false,
        authenticators: [],
        memberships: [{ roles: [], tenant: { restId: 'plain' } }],
        activeTenant: { name: 'plain' },
      },
    },
  });
  expect(await run(harness, documents.logOut, { refreshToken: refreshed.session.refreshToken })).toEqual({
    __typename: 'LogOutSuccess',
    ended: true,
  });
  expect(await run(harness, documents.logOut, { refreshToken: 'never one' })).toEqual({ __typename: 'LogOutSuccess', ended: true });
  expect((await harness.graphql(viewer, {}, headers)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await run(harness, documents.refreshSession, { refreshToken: refreshed.session.refreshToken })).toMatchObject({
    __typename: 'SessionExpiredError',
    code: 'SESSION_EXPIRED',
    path: ['input', 'refreshToken'],
  });
});

test('a forced user enrolls an app, then logs in with it, remembers the device, and is let in by it', async () => {
  const user = await forced('forced');
  const challenge = await logIn(user.email);
  expect(challenge).toMatchObject({
    __typename: 'MfaChallenge',
    enrolled: false,
    devices: [],
    availableStrategies: ['AUTHENTICATOR_APP'],
    rememberDeviceAllowed: true,
  });

  const shown = await run(harness, documents.enroll, { mfaToken: challenge.mfaToken });
  expect(shown).toMatchObject({ __typename: 'EnrollAuthenticatorAppSuccess', qrCode: expect.stringMatching(/^data:image\/png;base64,/) });
  expect(shown.otpauthUri).toContain(`secret=${shown.secret}`);
  expect(await run(harness, documents.enroll, { mfaToken: challenge.mfaToken })).toEqual(shown);

  const wrong = await run(harness, documents.verifyEnrollment, { mfaToken: challenge.mfaToken, code: wrongTotp(harness, shown.secret) });
  expect(wrong).toEqual({
    __typename: 'InvalidCodeError',
    attemptsRemaining: 4,
    code: 'INVALID_CODE',
    message: expect.any(String),
    path: ['input', 'code'],
  });
  expect(await run(harness, documents.verifyEnrollment, { mfaToken: challenge.mfaToken, code: ' 12345' })).toMatchObject({
    __typename: 'InvalidCodeError',
    attemptsRemaining: null,
  });
  const done = await run(harness, documents.verifyEnrollment, { mfaToken: challenge.mfaToken, code: totp(harness, shown.secret) });
  expect(done).toMatchObject({
    __typename: 'VerifyAuthenticatorAppEnrollmentSuccess',
    recoveryCode: expect.stringMatching(/^[0-9A-Z]{5}(-[0-9A-Z]{5}){4}$/),
    authenticator: { strategy: 'AUTHENTICATOR_APP', label: expect.any(String) },
    rememberedDevice: null,
  });
  expect(await run(harness, documents.enroll, { mfaToken: challenge.mfaToken })).toMatchObject({
    code: 'CHALLENGE_EXPIRED',
    path: ['input', 'mfaToken'],
  });

  harness.clock.advance({ seconds: 60 });
  const second = await logIn(user.email);
  expect(second).toMatchObject({ enrolled: true, devices: [{ id: done.authenticator.restId, strategy: 'AUTHENTICATOR_APP' }] });
  expect(await run(harness, documents.enroll, { mfaToken: second.mfaToken })).toMatchObject({
    __typename: 'AlreadyEnrolledError',
    code: 'ALREADY_ENROLLED',
  });
  expect(await run(harness, documents.verifyApp, { mfaToken: second.mfaToken, deviceId: 'another', code: '000000' })).toMatchObject({
    __typename: 'DeviceNotFoundError',
    path: ['input', 'deviceId'],
  });
  const verified = await run(harness, documents.verifyApp, {
    mfaToken: second.mfaToken,
    deviceId: second.devices[0].id,
    code: totp(harness, shown.secret),
    rememberDevice: true,
  });
  expect(verified).toMatchObject({ __typename: 'VerifyAuthenticatorAppSuccess', rememberedDevice: { lifetimeSeconds: 1_209_600 } });
  expect(await run(harness, documents.verifyApp, { mfaToken: second.mfaToken, code: '000000' })).toMatchObject({
    __typename: 'ChallengeExpiredError',
  });
  expect(await logIn(user.email, { deviceToken: verified.rememberedDevice.token })).toMatchObject({ __typename: 'LogInSuccess' });
  expect(await logIn(user.email, { deviceToken: 'of somebody else' })).toMatchObject({ __typename: 'MfaChallenge' });
});

test('the sixth wrong code is refused with the time to wait, whatever the challenge', async () => {
  const user = await forced('guessed');
  const { mfaToken } = await logIn(user.email);
  const { secret } = await run(harness, documents.enroll, { mfaToken });
  await run(harness, documents.verifyEnrollment, { mfaToken, code: totp(harness, secret) });
  harness.clock.advance({ seconds: 60 });
  const wrong = wrongTotp(harness, secret);
  const first = await logIn(user.email);
  for (const attemptsRemaining of [4, 3, 2, 1, 0]) {
    expect(await run(harness, documents.verifyApp, { mfaToken: first.mfaToken, code: wrong })).toMatchObject({
      __typename: 'InvalidCodeError',
      attemptsRemaining,
    });
  }
  const second = await logIn(user.email);
  expect(await run(harness, documents.verifyApp, { mfaToken: second.mfaToken, code: totp(harness, secret) })).toMatchObject({
    __typename: 'AttemptsExhaustedError',
    lockedUntil: expect.stringMatching(/Z$/),
    retryAfterSeconds: expect.any(Number),
  });
});

test('a mailed code logs in, once, and only for the challenge it was sent for', async () => {
  const user = await forced('mailed');
  const challenge = await logIn(user.email);
  expect(await run(harness, documents.sendEmailCode, { mfaToken: challenge.mfaToken })).toMatchObject({
    __typename: 'StrategyInactiveError',
    code: 'STRATEGY_INACTIVE',
  });
  await setStrategy(harness, 'EmailCode', true);
  const { otcToken } = await run(harness, documents.sendEmailCode, { mfaToken: challenge.mfaToken });
  const code = await mailedCode(harness, user.email);
  const other = await logIn(user.email);
  expect(await run(harness, documents.verifyEmailCode, { mfaToken: other.mfaToken, otcToken, code })).toMatchObject({
    __typename: 'InvalidCodeError',
  });
  const success = await run(harness, documents.verifyEmailCode, { mfaToken: challenge.mfaToken, otcToken, code });
  expect(success).toMatchObject({ __typename: 'VerifyEmailCodeSuccess', session: { accessToken: expect.any(String) } });
  expect(await run(harness, documents.verifyEmailCode, { mfaToken: challenge.mfaToken, otcToken, code })).toMatchObject({
    __typename: 'ChallengeExpiredError',
  });

  const late = await run(harness, documents.sendEmailCode, { mfaToken: other.mfaToken });
  const lateCode = await mailedCode(harness, user.email);
  harness.clock.advance({ seconds: 301 });
  expect(await run(harness, documents.verifyEmailCode, { mfaToken: other.mfaToken, otcToken: late.otcToken, code: lateCode })).toMatchObject({
    __typename: 'CodeExpiredError',
    path: ['input', 'code'],
  });
  for (let sent = 0; sent < 3; sent += 1) await run(harness, documents.sendEmailCode, { mfaToken: other.mfaToken });
  expect(await run(harness, documents.sendEmailCode, { mfaToken: other.mfaToken })).toMatchObject({
    __typename: 'RateLimitedError',
    retryAfterSeconds: expect.any(Number),
  });
  await setStrategy(harness, 'EmailCode', false);
});

test('unknown users and wrong passwords get the same answer; other refusals have their own', async () => {
  const user = await createUserInTenant(harness, 'refused');
  const refusal = { __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS', message: 'Incorrect email or password.', path: ['input'] };
  expect(await logIn('nobody@acme.example')).toEqual(refusal);
  expect(await logIn(user.email, { password: 'wrong' })).toEqual(refusal);
  expect(await logIn('no address')).toMatchObject({
    __typename: 'InvalidInputError',
    path: ['input', 'email'],
    issues: [{ path: ['input', 'email'], message: 'must be an e-mail address' }],
  });
  expect(await logIn(user.email, { deviceToken: null })).toMatchObject({ issues: [{ path: ['input', 'deviceToken'], message: 'must not be null' }] });
  expect(await logIn(user.email, { password: 'x'.repeat(4097) })).toMatchObject({ __typename: 'InvalidInputError' });

  const headers = await asEnvironment(harness);
  await run(harness, documents.createUser, { email: 'new@acme.example', tenantId: 'refused', password }, headers);
  expect(await logIn('new@acme.example')).toMatchObject({ __typename: 'EmailNotVerifiedError' });

  await setPolicy(harness, { enforceMFAType: 'Force' }, 'refused');
  await setStrategy(harness, 'AuthenticatorApp', false, 'refused');
  expect(await logIn(user.email)).toMatchObject({ __typename: 'NoStrategyAvailableError', code: 'NO_STRATEGY_AVAILABLE' });
});

test('a first factor that only a strategy without its provider could enroll is refused, but who has such a factor can still recover', async () => {
  const user = await createUserInTenant(harness, 'unserved');
  await setPolicy(harness, { enforceMFAType: 'Force' }, 'unserved');
  await setStrategy(harness, 'AuthenticatorApp', false, 'unserved');
  // As if SMS had been switched on while the server had a provider.
  await harness.app.store.strategySettings.set({ tenantId: null, strategy: 'SMS', active: true }, harness.clock.now());
  expect(await logIn(user.email)).toMatchObject({ __typename: 'NoStrategyAvailableError' });
  const enrolled = await createUser(harness, 'unserved', 'enrolled@unserved.example');
  await giveAuthenticator(harness, enrolled.id, 'SMS');
  expect(await logIn(enrolled.email)).toMatchObject({ __typename: 'MfaChallenge', enrolled: true, availableStrategies: ['SMS'] });
  await setStrategy(harness, 'EmailCode', true);
  expect(await logIn(user.email)).toMatchObject({ __typename: 'MfaChallenge', availableStrategies: ['SMS', 'EMAIL_CODE'] });
});
