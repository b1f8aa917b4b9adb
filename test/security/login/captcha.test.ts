import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/domain/access/actor.ts';
import { nobody } from '../../../src/domain/access/actor.ts';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { createPasswords } from '../../../src/platform/passwords.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { asEnvironment, cookiesOf, createUserInTenant, enroll, logIn, mailedCode, password, totp } from '../../support/builders.ts';
import type { CaptchaServer } from '../../support/captcha-server.ts';
import { secretKey, setCaptcha, startCaptchaServer } from '../../support/captcha-server.ts';
import { query } from '../../support/database.ts';
import { sendLoginCode } from '../../support/first-factors.ts';
import { mutation } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { clientId, openDatabase, openHarness } from '../../support/harness.ts';
import { openHostedLogin } from '../../support/oauth.ts';
import { passkeyUser, rest, setPasskeys } from '../../support/passkeys.ts';
import { setCore } from '../../support/passwordless.ts';
import { createForcedUser, refresh, verifyApp } from '../../support/requests.ts';
import { call, expectRefusal, refusal } from '../../support/rest.ts';
import { operations } from '../../support/rest-operations.ts';
import { trailReader } from '../../support/trail.ts';
import { createUserAgent, formWith } from '../../support/user-agent.ts';
import type { SecurityKey } from '../../support/webauthn.ts';

/**
 * A captcha stands before every first factor, and before whatever makes an account or sends a message for a stranger. Every public operation
 * has a decision here, so a new one fails until somebody has made one.
 */
let provider: CaptchaServer;
let harness: Harness;
beforeAll(async () => {
  provider = await startCaptchaServer();
  harness = await openHarness({ sms: true, settings: provider.settings });
  await setCore(harness, { allowSignups: true });
  await setPasskeys(harness, true);
  await setCaptcha(harness);
});
afterAll(async () => {
  await harness.close();
  await provider.close();
});
beforeEach(() => Object.assign(provider, { mood: 'OK', score: 0.9, asked: [], actions: [] }));

const address = { text: '203.0.113.7', network: '203.0.113.7' };
const stranger: Caller = { actor: nobody, origin: { address, userAgent: 'test', requestId: 'test' } };
const required = refusal('Captcha is required');
const failed = refusal('Captcha is invalid');

/** Bodies of the operations that ask, without the answer to a captcha, and the strategy that they belong to. */
const asking: Readonly<Record<string, { body: object; authStrategy?: 'Code' | 'MagicLink' | 'SmsCode'; ok: number }>> = {
  logIn: { body: { email: 'nobody@acme.example', password }, ok: 401 },
  sendLoginCode: { body: { email: 'nobody@acme.example' }, authStrategy: 'Code', ok: 201 },
  sendMagicLink: { body: { email: 'nobody@acme.example' }, authStrategy: 'MagicLink', ok: 200 },
  // It is refused afterwards, because nobody has no phone.
  sendLoginSmsCode: { body: { email: 'nobody@acme.example' }, authStrategy: 'SmsCode', ok: 400 },
  beginPasskeyLogin: { body: {}, ok: 201 },
  signUp: { body: { email: 'new@acme.example', companyName: 'New' }, ok: 201 },
  signUpWithUsername: { body: { email: 'newer@acme.example', username: 'newer', companyName: 'Newer' }, ok: 201 },
  requestPasswordReset: { body: { email: 'nobody@acme.example' }, ok: 201 },
  requestPasswordResetByEmail: { body: { email: 'nobody@acme.example' }, ok: 200 },
  requestPasswordResetBySms: { body: { email: 'nobody@acme.example' }, ok: 200 },
};

const second = 'It answers a challenge for the second factor, or begins to.';
const answers = 'It takes a code, a link or a passkey for which a captcha was answered before.';
const mailed = 'It takes what was mailed.';
const again = 'It sends again what an administrator or a sign-up has sent before. No client has a token to send with it.';
const holder = 'It takes a token or a secret that is too long to guess.';

/** Why the other operations do not ask. */
const notAsking: Readonly<Record<string, string>> = {
  logInWithEmailCode: answers,
  logInWithMagicLink: answers,
  logInWithSmsCode: answers,
  logInWithPasskey: answers,
  verifyPasswordResetSms: answers,
  activateUser: mailed,
  activateUserByCode: mailed,
  acceptInvitation: mailed,
  acceptInvitationByCode: mailed,
  checkInvitationLink: mailed,
  resetPassword: mailed,
  validatePasswordReset: mailed,
  unlockMe: mailed,
  requestActivation: again,
  resendInvitation: again,
  recoverMfa: 'It takes a recovery code, and leads back to the first factor.',
  refreshSession: holder,
  logOut: holder,
  authenticateApiToken: holder,
  authenticateApiTokenOlder: holder,
  refreshApiToken: holder,
  refreshApiTokenOlder: holder,
  authenticateEnvironment: holder,
  signUpByPhone: 'This server does not have it.',
  ...Object.fromEntries(
    ['setPhoneAtLogin', 'verifyPhoneAtLogin', 'resetPhoneAtLogin', 'verifyPhoneResetAtLogin', 'changePhoneAtLogin'].map((id) => [
      id,
      'This server does not have it.',
    ]),
  ),
  verifyMfa: second,
  verifyAuthenticator: second,
  enrollAuthenticator: second,
  verifyAuthenticatorEnrollment: second,
  sendEmailCode: second,
  verifyEmailCode: second,
  enrollWebAuthn: second,
  verifyWebAuthnEnrollment: second,
  beginWebAuthn: second,
  verifyWebAuthn: second,
  enrollSms: second,
  verifySmsEnrollment: second,
  sendSmsCode: second,
  verifySms: second,
};

const strangers = operations.filter(({ access, method }) => access === 'public' && method !== 'GET');
const operationOf = (id: string) => operations.find((operation) => operation.id === id) ?? expect.fail(`there is no operation ${id}`);

const send = async (id: string, captcha: object = {}) => {
  const { body, authStrategy } = asking[id] ?? expect.fail(id);
  await setCore(harness, { authStrategy: authStrategy ?? 'EmailAndPassword' });
  const { method, url } = operationOf(id);
  return harness.send({ method, url, body: { ...body, ...captcha } });
};

test('every operation of strangers has a decision whether it asks for a captcha', () => {
  const ids = strangers.map(({ id }) => id);
  expect(ids.filter((id) => !(id in asking) && !(id in notAsking))).toEqual([]);
  expect([...Object.keys(asking), ...Object.keys(notAsking)].filter((id) => !ids.includes(id))).toEqual([]);
  const takes = strangers.filter(({ fields }) => fields?.includes('recaptchaToken')).map(({ id }) => id);
  expect(takes.sort()).toEqual(Object.keys(asking).sort());
});

test.each(Object.keys(asking))('%s is refused without a captcha and with a wrong one, and passes with a right one, which works once', async (id) => {
  for (const none of [{}, { recaptchaToken: null }, { recaptchaToken: '' }]) expectRefusal(await send(id, none), 400, required, id);
  expect(provider.asked).toEqual([]);
  expectRefusal(await send(id, { recaptchaToken: 'invented' }), 400, failed, id);
  const token = provider.answer();
  expect((await send(id, { recaptchaToken: token })).statusCode).toBe(asking[id]?.ok);
  expect(provider.asked.map(({ response }) => response)).toEqual(['invented', token]);
  expect(provider.asked.at(-1)).toEqual({ secret: secretKey, response: token, remoteip: '203.0.113.7' });
  expectRefusal(await send(id, { recaptchaToken: token }), 400, failed, id);
});

/** The mutations of strangers that ask, each with the operation of REST that they are. */
const asked: Readonly<Record<string, { fields: string; input: object; authStrategy?: 'Code' | 'MagicLink' | 'SmsCode'; ok: string }>> = {
  logIn: { fields: 'session { accessToken }', input: { email: 'nobody@acme.example', password }, ok: 'InvalidCredentialsError' },
  sendLoginCode: { fields: 'loginToken', input: { email: 'nobody@acme.example' }, authStrategy: 'Code', ok: 'SendLoginCodeSuccess' },
  sendMagicLink: { fields: 'browserToken', input: { email: 'nobody@acme.example' }, authStrategy: 'MagicLink', ok: 'SendMagicLinkSuccess' },
  sendLoginSmsCode: { fields: 'loginToken', input: { email: 'no-phone@acme.example' }, authStrategy: 'SmsCode', ok: 'SendLoginSmsCodeSuccess' },
  requestPasswordResetBySms: { fields: 'sessionId', input: { email: 'no-phone@acme.example' }, ok: 'RequestPasswordResetBySmsSuccess' },
  beginPasskeyLogin: { fields: 'options', input: {}, ok: 'BeginPasskeyLoginSuccess' },
  signUp: { fields: 'userId', input: { email: 'newest@acme.example', companyName: 'Newest' }, ok: 'SignUpSuccess' },
  requestPasswordReset: { fields: 'accepted', input: { email: 'nobody@acme.example' }, ok: 'RequestPasswordResetSuccess' },
};

test('the mutations that take the answer to a captcha are those that are tried here', () => {
  const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
  const naming = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(({ args }) =>
    args.some(({ type }) => 'captchaToken' in (schema.getType(String(type).replace('!', '')) as { getFields(): object }).getFields()),
  );
  expect(naming.map(({ name }) => name).sort()).toEqual(Object.keys(asked).sort());
});

test.each(Object.entries(asked))('%s over GraphQL asks like REST', async (name, { fields, input, authStrategy, ok }) => {
  await setCore(harness, { authStrategy: authStrategy ?? 'EmailAndPassword' });
  const document = mutation(name, fields);
  const kind = async (more: object) => {
    const { data } = await harness.graphql(document, { input: { ...input, ...more } });
    return (data?.[name] as { __typename: string } | undefined)?.__typename;
  };
  expect([await kind({}), await kind({ captchaToken: 'invented' }), await kind({ captchaToken: provider.answer() })]).toEqual([
    'CaptchaRequiredError',
    'CaptchaFailedError',
    ok,
  ]);
});

describe('the policy', () => {
  test('a score below the least one is refused, one that reaches it passes, and a provider without scores passes', async () => {
    provider.score = 0.4;
    expectRefusal(await send('logIn', { recaptchaToken: provider.answer() }), 400, failed);
    provider.score = 0.5;
    expect((await send('logIn', { recaptchaToken: provider.answer() })).statusCode).toBe(401);
    Object.assign(provider, { score: 0, mood: 'UNSCORED' });
    expect((await send('logIn', { recaptchaToken: provider.answer() })).statusCode).toBe(401);
  });

  test('addresses that it ignores are never asked, however they are written, and a username that looks like one is', async () => {
    const { email } = await createUserInTenant(harness, 'ignored');
    await setCaptcha(harness, { ignoredEmails: [email.toUpperCase()] });
    expect((await logIn(harness, ` ${email} `)).statusCode).toBe(200);
    expect((await logIn(harness, email)).statusCode).toBe(200);
    expectRefusal(await send('logIn'), 400, required);
    expect(provider.asked).toEqual([]);
    await setCaptcha(harness);
    expectRefusal(await logIn(harness, email), 400, required);
  });

  test('switched off, nobody is asked, and a token is ignored', async () => {
    const { email } = await createUserInTenant(harness, 'off');
    await setCaptcha(harness, { enabled: false });
    const answer = await call(harness, 'POST', '/auth/v1/user', { body: { email, password, recaptchaToken: 'x' } });
    expect([answer.statusCode, provider.asked]).toEqual([200, []]);
    await setCaptcha(harness);
  });

  test('whoever may call as the environment is not asked', async () => {
    const { email } = await createUserInTenant(harness, 'vendor');
    const headers = await asEnvironment(harness);
    const verified = await harness.graphql(mutation('verifyPassword', 'correct'), { input: { email, password } }, headers);
    expect(verified.data?.verifyPassword).toMatchObject({ correct: true });
  });
});

describe('a provider that cannot be asked', () => {
  test.each(['BROKEN', 'SILENT', 'GARBAGE', 'REDIRECT'] as const)(
    'and is %s lets nobody pass, and no text of it is logged or answered',
    async (mood) => {
      const { email } = await createUserInTenant(harness, `mood-${mood.toLowerCase()}`);
      provider.mood = mood;
      const before = harness.logged.length;
      const recaptchaToken = provider.answer();
      const answer = await call(harness, 'POST', '/auth/v1/user', { body: { email, password, recaptchaToken } });
      expectRefusal(answer, 503, refusal('Captcha could not be checked'));
      const lines = JSON.stringify(harness.logged.slice(before));
      expect(lines).toContain('CAPTCHA_UNAVAILABLE');
      for (const text of ['foreign server', recaptchaToken, secretKey, email]) expect(lines).not.toContain(text);
    },
  );

  test('because its secret is wrong says so in the log, by its code', async () => {
    await setCaptcha(harness, { secretKey: 'of-another-site' });
    const before = harness.logged.length;
    expect((await send('logIn', { recaptchaToken: provider.answer() })).statusCode).toBe(503);
    expect(JSON.stringify(harness.logged.slice(before))).toContain('CAPTCHA_REFUSED invalid-input-secret');
    await setCaptcha(harness);
  });
});

describe('nothing is told or charged', () => {
  test('a captcha that fails costs no attempt at the password, no message and no statement about the user', async () => {
    const { email } = await createUserInTenant(harness, 'uncharged');
    for (let round = 0; round < 20; round += 1) {
      const answer = await call(harness, 'POST', '/auth/v1/user', { body: { email, password: 'wrong', recaptchaToken: 'invented' } });
      expectRefusal(answer, 400, failed);
    }
    const log = async (address: string) => {
      harness.queries.length = 0;
      await call(harness, 'POST', '/auth/v1/user', { body: { email: address, password: 'wrong', recaptchaToken: 'invented' } });
      return [...harness.queries];
    };
    expect(await log(email)).toEqual(await log('nobody-at-all@acme.example'));
    const right = await call(harness, 'POST', '/auth/v1/user', { body: { email, password, recaptchaToken: provider.answer() } });
    expect(right.statusCode).toBe(200);
  });

  test('the refusal is in the trail, and the answer to the captcha in no table', async () => {
    const { trailOf, rest } = trailReader(() => harness);
    const event = (kind: string, reason: string) => [expect.objectContaining({ kind, reason, actor_kind: 'NOBODY', user_id: null })];
    const body = { email: 'nobody@acme.example', password };
    expect(await trailOf(() => rest('/auth/v1/user', { body }))).toEqual(event('LOGIN_FAILED', 'CAPTCHA_REQUIRED'));
    const invented = { ...body, recaptchaToken: 'an-invented-captcha' };
    expect(await trailOf(() => rest('/auth/v1/user', { body: invented }))).toEqual(event('LOGIN_FAILED', 'CAPTCHA_FAILED'));
    const reset = { email: 'nobody@acme.example' };
    expect(await trailOf(() => rest('/users/v1/passwords/reset', { body: reset }))).toEqual(event('PASSWORD_RESET_FAILED', 'CAPTCHA_REQUIRED'));
    expect(JSON.stringify(await query(harness, 'select * from audit_events'))).not.toContain('an-invented-captcha');
    expect(JSON.stringify(harness.logged)).not.toContain('an-invented-captcha');
  });
});

test('what follows a first factor asks for none: the code, the second factor and the refresh; a token with a code is ignored', async () => {
  await setCaptcha(harness, { enabled: false });
  const user = await createForcedUser(harness, 'captcha-after');
  const { secret } = await enroll(harness, user.email);
  harness.clock.advance({ seconds: 60 });
  await setCaptcha(harness);
  await setCore(harness, { authStrategy: 'Code' });
  const sent = await sendLoginCode(harness, { email: user.email, recaptchaToken: provider.answer() });
  const answer = await call(harness, 'POST', '/auth/v1/passwordless/code/postlogin', {
    body: { token: await mailedCode(harness, user.email), recaptchaToken: 'not looked at' },
    cookie: cookiesOf(sent),
  });
  expect(answer.json()).toMatchObject({ mfaRequired: true });
  const complete = await verifyApp(harness, answer.json().mfaToken, totp(harness, secret));
  expect(complete.statusCode).toBe(201);
  expect((await refresh(harness, complete.json().refreshToken)).statusCode).toBe(200);
  expect(provider.asked).toHaveLength(1);
  await setCore(harness, { authStrategy: 'EmailAndPassword' });
});

test('the pages of hosted login are no way around it', async () => {
  const { email } = await createUserInTenant(harness, 'pages');
  await openHostedLogin(harness);
  const agent = createUserAgent(harness);
  const page = await agent.open('/oauth/account');
  const refused = await agent.submit(page, formWith(page, 'password'), { email, password });
  expect(refused.html).toContain('The check that you are a person is missing.');
  const wrong = await agent.submit(refused, formWith(refused, 'password'), { email, password, captcha: 'invented' });
  expect(wrong.html).toContain('The check that you are a person did not succeed.');
  const inside = await agent.submit(wrong, formWith(wrong, 'password'), { email, password, captcha: provider.answer() });
  expect(inside.html).toContain(`You are signed in as ${email}.`);
});

test('a passkey asks at its beginning, and at its answer on our own page, which begins by itself; its beginning serves no other client', async () => {
  await setCaptcha(harness, { enabled: false });
  const { key } = await passkeyUser(harness, 'captcha-passkey');
  await setCaptcha(harness);
  const { passkeyLogin } = harness.app.services;
  const pageToken = 'a-token-of-the-page';
  const answer = async () => {
    const { options } = await passkeyLogin.begin(stranger, { named: null, by: { pageToken } });
    return key.get(options as Parameters<SecurityKey['get']>[0]);
  };
  const logInOnPage = async (captchaToken: string | null) =>
    passkeyLogin.logIn(stranger, { by: { pageToken, captchaToken }, answer: await answer(), deviceToken: null });
  await expect(logInOnPage(null)).rejects.toMatchObject({ code: 'CAPTCHA_REQUIRED' });
  await expect(logInOnPage('invented')).rejects.toMatchObject({ code: 'CAPTCHA_FAILED' });
  const cookie = `fe_webauthn_${clientId.replaceAll('-', '')}=${pageToken}`;
  expect((await rest.postlogin(harness, await answer(), cookie)).statusCode).toBe(400);
  expect(await logInOnPage(provider.answer())).toMatchObject({ kind: 'SESSION' });
});

test('where the setting is gone, a policy that was switched on lets nobody pass, and the start says so', async () => {
  const database = await openDatabase();
  const first = await openHarness({ databaseUrl: database.url, settings: provider.settings });
  const { email } = await createUserInTenant(first, 'gone');
  await setCaptcha(first);
  expect(first.logged.filter((line) => 'setting' in line)).toEqual([]);
  await first.close();

  const onlyApi = await openHarness({ databaseUrl: database.url, settings: provider.settings });
  expect(onlyApi.logged).toContainEqual(expect.objectContaining({ level: 'warn', setting: 'CAPTCHA_SCRIPT_URL' }));
  await onlyApi.close();

  const without = await openHarness({ databaseUrl: database.url });
  expect(without.logged).toContainEqual(expect.objectContaining({ level: 'error', setting: 'CAPTCHA_VERIFY_URL' }));
  expectRefusal(await logIn(without, email), 400, required);
  const body = { email, password, recaptchaToken: provider.answer() };
  expectRefusal(await call(without, 'POST', '/auth/v1/user', { body }), 503, refusal('Captcha could not be checked'));
  await setCaptcha(without, { enabled: false });
  expect((await logIn(without, email)).statusCode).toBe(200);
  await without.close();
  await database.drop();
});

test('who waits for a slow provider keeps nobody else from having a password checked', async () => {
  const keyring = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
  // Nobody is admitted while somebody has waited for three quarters of this.
  const passwords = createPasswords({ peppers: keyring, memoryKib: 64, iterations: 1, longestWaitMilliseconds: 200 });
  const impatient = await openHarness({ settings: provider.settings, ports: { keyring, passwords } });
  const { email } = await createUserInTenant(impatient, 'in-a-hurry');
  await setCaptcha(impatient, { ignoredEmails: [email] });
  provider.mood = 'SILENT';
  const body = { email: 'nobody@acme.example', password, recaptchaToken: provider.answer() };
  const slow = call(impatient, 'POST', '/auth/v1/user', { body });
  await expect.poll(() => provider.asked.length).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await logIn(impatient, email)).statusCode).toBe(200);
  expect((await slow).statusCode).toBe(503);
  await impatient.close();
});
