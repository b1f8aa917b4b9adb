import { beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUser, createUserInTenant, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import { logInByLink, magicLinkFor, mailedLink, sendMagicLink, setCore } from '../../support/passwordless.ts';
import { call, claimsOf, expectEmpty, expectRefusal, faults, forbidden, opaqueToken, refusal, setCookie, tooMany } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
beforeAll(() => setCore(harness, { authStrategy: 'MagicLink' }));

const mailTo = async (email: string) => {
  await harness.app.outbox.flush();
  return harness.mail.filter((message) => message.to === email);
};
const used = refusal('Magic link not found', 'ER-01015');
const expired = refusal('Magic link has expired', 'ER-01014');
const elsewhere = refusal('Unknown device - a Magic Link can only be used from the same device it was requested', 'ER-01016');

describe('asking for a link', () => {
  test('by address, user name or id: 200 without a body, a cookie, and a link by mail', async () => {
    const user = await createUserInTenant(harness, 'link-ask');
    for (const body of [{ email: user.email }, { username: 'LINK-ASK@acme.example' }, { userId: user.id, recaptchaToken: 'x' }]) {
      const answer = await sendMagicLink(harness, body);
      expectEmpty(answer, 200);
      expect(setCookie(answer, 'fe_magic_')).toMatchObject({
        name: 'fe_magic_6da273731572444fb3c5ef702ce65123',
        value: expect.stringMatching(opaqueToken),
        ...{ maxAge: 300, httpOnly: true, secure: true, path: '/', sameSite: 'Lax' },
      });
    }
    const sent = await mailTo(user.email);
    expect(sent.map(({ template }) => template)).toEqual(['MAGIC_LINK', 'MAGIC_LINK', 'MAGIC_LINK']);
    const link = await mailedLink(harness, user.email);
    expect([`${link.origin}${link.pathname}`, [...link.searchParams.keys()]]).toEqual([
      `${harness.config.publicUrl}/oauth/account/login/magic-link`,
      ['token'],
    ]);
    expect(await audited(harness, user.id, 'CODE_SENT', 'LOGIN')).toBe(3);
  });

  test('an unknown user, an unverified one with a password and a locked one get the same answer and no mail', async () => {
    const locked = await createUserInTenant(harness, 'link-locked');
    await execute(harness, 'update users set locked = true where id = $1', [locked.id]);
    const unverified = await createUser(harness, locked.tenantId, 'link-unverified@acme.example');
    await execute(harness, 'update users set verified = false where id = $1', [unverified.id]);
    for (const email of ['nobody@acme.example', locked.email, unverified.email]) {
      const answer = await sendMagicLink(harness, { email });
      expectEmpty(answer, 200);
      expect(setCookie(answer, 'fe_magic_')?.value).toMatch(opaqueToken);
      expect(await mailTo(email)).toEqual([]);
    }
  });

  test('five times in fifteen minutes for each address, known or not; then 429', async () => {
    const user = await createUserInTenant(harness, 'link-limit');
    for (const email of [user.email, 'nobody-at-all@acme.example']) {
      for (let count = 1; count <= 5; count += 1) expectEmpty(await sendMagicLink(harness, { email }), 200);
      expectRefusal(await sendMagicLink(harness, { email }), 429, tooMany, email);
    }
  });

  test('refusals: nobody named, pages of strangers, switched off', async () => {
    expectRefusal(await sendMagicLink(harness, {}), 400, faults('email should not be empty'));
    expectRefusal(await sendMagicLink(harness, { email: 'a@b.example' }, { origin: 'https://evil.example' }), 403, forbidden);
    const { token } = await magicLinkFor(harness, (await createUserInTenant(harness, 'link-off')).email);
    await setCore(harness, { authStrategy: 'Code' });
    const off = refusal('Invalid authentication type, magic link authentication should be enabled', 'ER-01012');
    expectRefusal(await sendMagicLink(harness, { email: 'a@b.example' }), 400, off);
    expectRefusal(await logInByLink(harness, token), 400, refusal('Invalid authentication type', 'ER-01012'));
    await setCore(harness, { authStrategy: 'EmailAndPassword' });
    const code = await call(harness, 'POST', '/auth/v1/passwordless/code/prelogin', { body: { email: 'a@b.example' } });
    const noCodes = 'Invalid authentication type, OTC (One-Time Code) authentication should be enabled';
    expectRefusal(code, 400, refusal(noCodes, 'ER-01012'));
    await setCore(harness, { authStrategy: 'MagicLink' });
  });
});

describe('logging in by the link', () => {
  test('works once, from any browser, and looking at the page of the link spends nothing', async () => {
    const user = await createUserInTenant(harness, 'link-once');
    const { token } = await magicLinkFor(harness, user.email);
    const link = await mailedLink(harness, user.email);
    for (let times = 0; times < 3; times += 1) {
      const looked = await harness.send({ url: link.pathname + link.search, headers: { accept: 'text/html' } });
      expect(looked.statusCode).toBeLessThan(400);
    }
    const answer = await logInByLink(harness, token);
    expect(answer.statusCode).toBe(201);
    expect(claimsOf(answer.json<{ accessToken: string }>().accessToken)).toMatchObject({ sub: user.id });
    expect(setCookie(answer, 'fe_refresh_')).toBeDefined();
    expectRefusal(await logInByLink(harness, token), 400, used);
    const [session] = await query(harness, 'select first_factor, amr from sessions where user_id = $1', [user.id]);
    expect(session).toMatchObject({ first_factor: 'EMAIL_CODE' });
  });

  test('of ten uses at once one succeeds', async () => {
    const user = await createUserInTenant(harness, 'link-race');
    const { token } = await magicLinkFor(harness, user.email);
    const answers = await Promise.all(Array.from({ length: 10 }, () => logInByLink(harness, token)));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
  });

  test('expired, replaced, unknown and malformed links are refused in the words that clients know', async () => {
    const user = await createUserInTenant(harness, 'link-end');
    const first = await magicLinkFor(harness, user.email);
    const second = await magicLinkFor(harness, user.email);
    expectRefusal(await logInByLink(harness, first.token), 400, used);
    await setCore(harness, { defaultPasswordlessTokenExpiration: 60 });
    const third = await magicLinkFor(harness, user.email);
    expectRefusal(await logInByLink(harness, second.token), 400, used);
    harness.clock.advance({ seconds: 60 });
    expectRefusal(await logInByLink(harness, third.token), 400, expired);
    await setCore(harness, { defaultPasswordlessTokenExpiration: 300 });
    expectRefusal(await logInByLink(harness, 'unknown'), 400, used);
    expectRefusal(await logInByLink(harness, ''), 400, faults('token should not be empty'));
  });

  test('with forceSameDeviceOnAuth only the browser that asked may use the link, and a refusal leaves it unspent', async () => {
    await setCore(harness, { forceSameDeviceOnAuth: true });
    const [user, other] = [await createUserInTenant(harness, 'link-device'), await createUserInTenant(harness, 'link-device-other')];
    const { token, cookie } = await magicLinkFor(harness, user.email);
    const theirs = await magicLinkFor(harness, other.email);
    for (const wrong of [undefined, theirs.cookie, 'fe_magic_6da273731572444fb3c5ef702ce65123=']) {
      expectRefusal(await logInByLink(harness, token, wrong), 400, elsewhere);
    }
    const answer = await logInByLink(harness, token, cookie);
    expect(answer.statusCode).toBe(201);
    expect(setCookie(answer, 'fe_magic_')).toMatchObject({ value: '' });
    await setCore(harness, { forceSameDeviceOnAuth: false });
  });

  test('is a first factor only: the second one is asked for, and a code by e-mail is not among those offered', async () => {
    await setStrategy(harness, 'EmailCode', true);
    const user = await enrolled(harness, 'link-second');
    const { token } = await magicLinkFor(harness, user.email);
    const challenge = await logInByLink(harness, token);
    const outstanding = challenge.json();
    expect(outstanding).toMatchObject({ mfaRequired: true, mfaDevices: { emails: [], authenticators: [{}] } });
    expect(outstanding).not.toHaveProperty('accessToken');
    expect(setCookie(challenge, 'fe_refresh_')).toBeUndefined();
    const body = { mfaToken: outstanding.mfaToken, value: totp(harness, user.secret) };
    const done = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
    expect(claimsOf(done.json<{ accessToken: string }>().accessToken).amr).toEqual(['otp', 'mfa']);
    const bare = await createUserInTenant(harness, 'link-forced');
    await setPolicy(harness, { enforceMFAType: 'Force' }, bare.tenantId);
    await setStrategy(harness, 'AuthenticatorApp', false, bare.tenantId);
    const stuck = await logInByLink(harness, (await magicLinkFor(harness, bare.email)).token);
    expectRefusal(stuck, 403, refusal('No MFA strategy is available'));
  });

  test('a locked user is refused, and the link is left unspent', async () => {
    const user = await createUserInTenant(harness, 'link-lock');
    const { token } = await magicLinkFor(harness, user.email);
    await execute(harness, 'update users set locked = true where id = $1', [user.id]);
    expectRefusal(await logInByLink(harness, token), 401, refusal('User is locked out', 'ER-01034'));
    await execute(harness, 'update users set locked = false where id = $1', [user.id]);
    expect((await logInByLink(harness, token)).statusCode).toBe(201);
  });

  test('an address that was never verified becomes so, if nobody else can have got in before', async () => {
    const tenantId = await createTenant(harness, 'link-new');
    const user = await createUser(harness, tenantId, 'link-new@acme.example', { password: undefined });
    await execute(harness, 'update users set verified = false where id = $1', [user.id]);
    const { token } = await magicLinkFor(harness, user.email);
    expect((await logInByLink(harness, token)).statusCode).toBe(201);
    expect(await query(harness, 'select verified from users where id = $1 and verified', [user.id])).toHaveLength(1);
    // The first event is that of the creation.
    expect(await audited(harness, user.id, 'USER_VERIFIED')).toBe(2);
    // Whoever set a password in between may be somebody else.
    const second = await createUser(harness, tenantId, 'link-late@acme.example', { password: undefined });
    await execute(harness, 'update users set verified = false where id = $1', [second.id]);
    const late = await magicLinkFor(harness, second.email);
    await harness.app.store.users.setPasswordHash(second.id, 'x', harness.clock.now());
    expectRefusal(await logInByLink(harness, late.token), 401, refusal('Email is not verified', 'ER-01060'));
  });
});
