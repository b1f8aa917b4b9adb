import { beforeAll, describe, expect, test } from 'vitest';
import { unlistedError } from '../../../src/services/audit/recorder.ts';
import {
  asEnvironment,
  createTenant,
  createUserInTenant,
  enroll,
  mailedCode,
  password,
  setPolicy,
  setStrategy,
  totp,
} from '../../support/builders.ts';
import { audited, execute } from '../../support/database.ts';
import { createInvited, otherCode } from '../../support/first-factors.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await run(harness, documents.updateEnvironmentSettings, { emailCodeLogin: true }, environment);
});

const newPassword = 'an entirely new password';
const send = (email: string) => run(harness, documents.sendLoginCode, { email });
const enter = (input: object) => run(harness, documents.logInWithEmailCode, input);
const generate = (userId: string) => run(harness, documents.generateActivationToken, { userId }, environment);
const linkTo = async (email: string): Promise<{ userId: string; token: string }> => {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && candidate.template === 'PASSWORD_RESET');
  const { searchParams } = new URL(message?.template === 'PASSWORD_RESET' ? message.link : 'about:blank');
  return { userId: searchParams.get('userId') ?? '', token: searchParams.get('token') ?? '' };
};
const invalidToken = { __typename: 'InvalidTokenError', code: 'INVALID_TOKEN', path: ['input', 'token'] };

describe('environment settings', () => {
  const query =
    '{ environmentSettings { accessTokenLifetimeSeconds sessionLifetimeSeconds cookieSameSite emailCodeLogin passkeysEnabled allowEmailChange } }';

  test('what is given changes, the rest stays', async () => {
    const first = { accessTokenLifetimeSeconds: 900, sessionLifetimeSeconds: 2_592_000, cookieSameSite: 'LAX' };
    const before = { ...first, emailCodeLogin: true, passkeysEnabled: false, allowEmailChange: false };
    expect((await harness.graphql(query, {}, environment)).data?.environmentSettings).toEqual(before);
    const input = { accessTokenLifetimeSeconds: 600, sessionLifetimeSeconds: 86_400, cookieSameSite: 'STRICT' };
    const changed = await run(harness, documents.updateEnvironmentSettings, input, environment);
    expect(changed).toEqual({ __typename: 'UpdateEnvironmentSettingsSuccess', environmentSettings: { ...before, ...input } });
  });

  test('refusals: nothing given, null, out of range, a user, nobody', async () => {
    expect(await run(harness, documents.updateEnvironmentSettings, {}, environment)).toMatchObject({ __typename: 'NothingToUpdateError' });
    for (const input of [
      { accessTokenLifetimeSeconds: 59 },
      { accessTokenLifetimeSeconds: 86_401 },
      { sessionLifetimeSeconds: 15_552_001 },
      { emailCodeLogin: null },
      { cookieSameSite: null },
    ]) {
      const refused = await run(harness, documents.updateEnvironmentSettings, input, environment);
      expect(refused, JSON.stringify(input)).toMatchObject({ __typename: 'InvalidInputError', path: ['input', Object.keys(input)[0]] });
    }
    const strangers = await harness.graphql(documents.updateEnvironmentSettings, { input: { emailCodeLogin: false } });
    expect(strangers.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const { session } = await run(harness, documents.logIn, { email: (await createUserInTenant(harness, 'settings')).email, password });
    const users = await harness.graphql(query, {}, { authorization: `Bearer ${session.accessToken}` });
    expect(users.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('login by e-mail code needs a mail server', async () => {
    const delivery = {
      email: { available: false, reason: 'no mail server' },
      sms: { available: false, reason: 'no provider' },
      send: async () => undefined,
    } as const;
    const absent = await openHarness({ ports: { delivery } });
    try {
      const refused = await run(absent, documents.updateEnvironmentSettings, { emailCodeLogin: true }, await asEnvironment(absent));
      expect(refused).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'authStrategy'] });
      expect(refused.issues[0].message).toContain('no mail server');
    } finally {
      await absent.close();
    }
  });
});

describe('login by e-mail code', () => {
  test('a session where nothing is enforced, once', async () => {
    const user = await createUserInTenant(harness, 'plain');
    const { loginToken, expiresAt } = await send(user.email);
    expect(new Date(expiresAt).getTime() - harness.clock.now().getTime()).toBe(300_000);
    const code = await mailedCode(harness, user.email);
    expect(await enter({ loginToken, code: otherCode(code) })).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: 4 });
    expect(await enter({ loginToken, code })).toMatchObject({
      __typename: 'LogInWithEmailCodeSuccess',
      session: { accessToken: expect.any(String) },
    });
    expect(await enter({ loginToken, code })).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: null });
  });

  test('a challenge for an enrolled user, without e-mail among the strategies; the factor completes it', async () => {
    await setStrategy(harness, 'EmailCode', true);
    const user = await createUserInTenant(harness, 'second');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    const { loginToken } = await send(user.email);
    const challenge = await enter({ loginToken, code: await mailedCode(harness, user.email) });
    expect(challenge).toMatchObject({ __typename: 'MfaChallenge', enrolled: true, availableStrategies: ['AUTHENTICATOR_APP'] });
    const done = await run(harness, documents.verifyApp, { mfaToken: challenge.mfaToken, code: totp(harness, secret) });
    expect(done.session.accessToken).toEqual(expect.any(String));
  });

  test('refusals: malformed, expired, used up, sent too often, locked, nothing left to prove, switched off', async () => {
    const user = await createUserInTenant(harness, 'refusals');
    const { loginToken } = await send(user.email);
    const code = await mailedCode(harness, user.email);
    expect(await enter({ loginToken, code: 'abcdef' })).toMatchObject({ __typename: 'InvalidCodeError', attemptsRemaining: null });
    expect(await enter({ loginToken: 'unknown', code })).toMatchObject({ __typename: 'InvalidCodeError' });
    expect(await enter({ loginToken, code, deviceToken: null })).toMatchObject({ __typename: 'InvalidInputError' });
    harness.clock.advance({ seconds: 300 });
    expect(await enter({ loginToken, code })).toMatchObject({ __typename: 'CodeExpiredError' });
    const next = await send(user.email);
    const nextCode = await mailedCode(harness, user.email);
    for (let count = 0; count < 4; count += 1) await enter({ loginToken: next.loginToken, code: otherCode(nextCode) });
    const exhausted = await enter({ loginToken: next.loginToken, code: nextCode });
    expect(exhausted).toMatchObject({ __typename: 'AttemptsExhaustedError', retryAfterSeconds: 900 });
    for (let count = 0; count < 3; count += 1) await send(user.email);
    expect(await send(user.email)).toMatchObject({ __typename: 'RateLimitedError' });
    expect(await send('no address')).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'email'] });

    const locked = await createUserInTenant(harness, 'refusals-locked');
    const asked = await send(locked.email);
    const right = await mailedCode(harness, locked.email);
    await execute(harness, 'update users set locked = true where id = $1', [locked.id]);
    expect(await enter({ loginToken: asked.loginToken, code: right })).toMatchObject({ __typename: 'AccountLockedError' });

    const stuck = await createUserInTenant(harness, 'refusals-stuck');
    await setPolicy(harness, { enforceMFAType: 'Force' }, stuck.tenantId);
    await setStrategy(harness, 'AuthenticatorApp', false, stuck.tenantId);
    const last = await send(stuck.email);
    const none = await enter({ loginToken: last.loginToken, code: await mailedCode(harness, stuck.email) });
    expect(none).toMatchObject({ __typename: 'NoStrategyAvailableError' });

    await run(harness, documents.updateEnvironmentSettings, { emailCodeLogin: false }, environment);
    expect(await send(user.email)).toMatchObject({ __typename: 'StrategyInactiveError' });
    expect(await enter({ loginToken, code })).toMatchObject({ __typename: 'StrategyInactiveError' });
    await run(harness, documents.updateEnvironmentSettings, { emailCodeLogin: true }, environment);
  });
});

describe('activation', () => {
  test('a link, then the session; the password serves afterwards', async () => {
    const user = await createInvited(harness, await createTenant(harness, 'activate'));
    const made = await generate(user.id);
    expect(made).toMatchObject({ __typename: 'GenerateActivationTokenSuccess', user: { restId: user.id, verified: false } });
    expect(made.link).toBe(`https://id.acme.example/oauth/account/activate?userId=${user.id}&token=${made.token}`);
    expect(new Date(made.expiresAt).getTime() - harness.clock.now().getTime()).toBe(86_400_000);
    const input = { userId: user.id, token: made.token, password };
    expect(await run(harness, documents.activateUser, input)).toMatchObject({ __typename: 'ActivateUserSuccess', session: {} });
    expect(await run(harness, documents.logIn, { email: user.email, password })).toMatchObject({ __typename: 'LogInSuccess' });
    expect(await run(harness, documents.activateUser, input)).toMatchObject(invalidToken);
  });

  test('a challenge under enforcement; refusals: bad password, locked, unknown user, nobody', async () => {
    const user = await createUserInTenant(harness, 'activate-forced');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { token } = await generate(user.id);
    const input = { userId: user.id, token };
    const short = await run(harness, documents.activateUser, { ...input, password: 'seven77' });
    expect(short).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'password'] });
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expect(await run(harness, documents.activateUser, input)).toMatchObject({ __typename: 'AccountLockedError' });
    await execute(harness, 'update users set locked = false where id = $1', [user.id]);
    expect(await run(harness, documents.activateUser, input)).toMatchObject({
      __typename: 'MfaChallenge',
      availableStrategies: ['AUTHENTICATOR_APP'],
    });
    expect(await generate('nobody')).toMatchObject({ __typename: 'UserNotFoundError', path: ['input', 'userId'] });
    const strangers = await harness.graphql(documents.generateActivationToken, { input: { userId: user.id } });
    expect(strangers.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

test('a user who is in no tenant any more is refused in words of the union, by a mailed code and by an activation', async () => {
  const user = await createUserInTenant(harness, 'nowhere');
  const { loginToken } = await send(user.email);
  const code = await mailedCode(harness, user.email);
  const { token } = await generate(user.id);
  await execute(harness, 'delete from memberships where user_id = $1', [user.id]);
  const refused = { __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' };
  expect(await enter({ loginToken, code })).toMatchObject(refused);
  expect(await run(harness, documents.activateUser, { userId: user.id, token })).toMatchObject(refused);
  expect(await audited(harness, user.id, 'LOGIN_FAILED', 'INVALID_CREDENTIALS')).toBe(2);
  expect(harness.logged).not.toContainEqual(expect.objectContaining({ message: unlistedError }));
});

describe('password reset', () => {
  test('the link sets the password once, ends the session and leaves the factor', async () => {
    const user = await createUserInTenant(harness, 'reset');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { refreshToken } = await enroll(harness, user.email);
    const asked = { __typename: 'RequestPasswordResetSuccess', accepted: true };
    expect(await run(harness, documents.requestPasswordReset, { email: user.email })).toEqual(asked);
    expect(await run(harness, documents.requestPasswordReset, { email: 'nobody@acme.example' })).toEqual(asked);
    const input = { ...(await linkTo(user.email)), password: newPassword };
    expect(await run(harness, documents.resetPassword, { ...input, password: 'seven77' })).toMatchObject({ path: ['input', 'password'] });
    expect(await run(harness, documents.resetPassword, input)).toEqual({ __typename: 'ResetPasswordSuccess', changed: true });
    expect(await run(harness, documents.resetPassword, input)).toMatchObject(invalidToken);
    expect(await run(harness, documents.refreshSession, { refreshToken })).toMatchObject({ __typename: 'SessionExpiredError' });
    expect(await run(harness, documents.logIn, { email: user.email, password: newPassword })).toMatchObject({
      __typename: 'MfaChallenge',
      enrolled: true,
    });
  });

  test('refusals: sent too often, locked, no address', async () => {
    const user = await createUserInTenant(harness, 'reset-refused');
    for (let count = 0; count < 5; count += 1) await run(harness, documents.requestPasswordReset, { email: user.email });
    const limited = await run(harness, documents.requestPasswordReset, { email: user.email });
    expect(limited).toMatchObject({ __typename: 'RateLimitedError', retryAfterSeconds: 900 });
    expect(await run(harness, documents.requestPasswordReset, { email: '' })).toMatchObject({ __typename: 'InvalidInputError' });
    const input = { ...(await linkTo(user.email)), password: newPassword };
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expect(await run(harness, documents.resetPassword, input)).toMatchObject({ __typename: 'AccountLockedError' });
  });
});
