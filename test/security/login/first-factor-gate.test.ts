import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { cookiesOf, createTenant, createUserInTenant, enroll, identity, logIn, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { audited, countOf, everything, query } from '../../support/database.ts';
import {
  activate,
  activationFor,
  logInByCode,
  loginCodeFor,
  mailedResetLink,
  otherCode,
  requestReset,
  resetPassword,
  resetTokenFor,
  sendLoginCode,
  setEmailCodeLogin,
} from '../../support/first-factors.ts';
import { openInstances } from '../../support/instances.ts';
import { logInByLink, magicLinkFor, setCore } from '../../support/passwordless.ts';
import { givePhone, logInBySms, smsLoginFor, underSmsCode } from '../../support/phones.ts';
import { expectOneWinner, race, tally } from '../../support/race.ts';
import type { Answer } from '../../support/requests.ts';
import { createForcedUser, deviceCookie, refresh, verifyApp } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openInstances({ sms: true }));
beforeAll(async () => {
  await setStrategy(harness, 'EmailCode', true);
  await setEmailCodeLogin(harness, true);
});

const newPassword = 'an entirely new password';
const withCookies = (...cookies: (string | undefined)[]): string => cookies.filter((cookie) => cookie !== undefined).join('; ');

/** Every way in, up to the answer that could hold tokens. `cookie` is what the browser holds besides. */
const waysIn = {
  password: (user: TestUser, cookie?: string): Promise<Answer> => logIn(harness, user.email, cookie),
  'e-mail code': async (user: TestUser, cookie?: string): Promise<Answer> => {
    const mailed = await loginCodeFor(harness, user.email);
    return logInByCode(harness, mailed.code, withCookies(mailed.cookie, cookie));
  },
  'magic link': async (user: TestUser, cookie?: string): Promise<Answer> => {
    await setCore(harness, { authStrategy: 'MagicLink' });
    const link = await magicLinkFor(harness, user.email);
    const answer = await logInByLink(harness, link.token, withCookies(link.cookie, cookie));
    await setCore(harness, { authStrategy: 'Code' });
    return answer;
  },
  'text message': async (user: TestUser, cookie?: string): Promise<Answer> => {
    const { number } = await givePhone(harness, user.id);
    harness.clock.advance({ seconds: 31 });
    return underSmsCode(harness, async () => {
      const texted = await smsLoginFor(harness, user.email, number);
      return logInBySms(harness, texted.code, withCookies(texted.cookie, cookie));
    });
  },
  activation: async (user: TestUser, cookie?: string): Promise<Answer> => activate(harness, await activationFor(harness, user.id), cookie),
  'activation with a new password': async (user: TestUser, cookie?: string): Promise<Answer> =>
    activate(harness, { ...(await activationFor(harness, user.id)), password: newPassword }, cookie),
  'reset, then login': async (user: TestUser, cookie?: string): Promise<Answer> => {
    expect((await resetPassword(harness, { ...(await resetTokenFor(harness, user.email)), password: newPassword })).statusCode).toBe(201);
    const body = { email: user.email, password: newPassword };
    return harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body, ...(cookie === undefined ? {} : { cookie }) });
  },
};
const names = Object.keys(waysIn) as (keyof typeof waysIn)[];
/** Ways that set a password end remembered devices, so the cookie serves no more. */
const endsDevices: (keyof typeof waysIn)[] = ['activation with a new password', 'reset, then login'];

function expectNoToken(answer: Answer): void {
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  expect(answer.json()).toMatchObject({ mfaRequired: true, mfaToken: expect.any(String) });
  expect(answer.body).not.toMatch(/accessToken|refreshToken/);
  expect(cookiesOf(answer)).not.toMatch(/fe_refresh_/);
}
const slug = (way: string): string => way.replace(/\W+/g, '-');

describe('T18 every way in ends at the second factor', () => {
  test.each(names)('T18 %s: a forced user without a factor gets no token', async (way) => {
    const user = await createForcedUser(harness, `t18-${slug(way)}`);
    expectNoToken(await waysIn[way](user));
    expect(await audited(harness, user.id, 'LOGIN_SUCCEEDED')).toBe(0);
  });

  test.each(names)('T18 %s: an enrolled user gets none before the factor, under any policy, and one after it', async (way) => {
    const user = await createForcedUser(harness, `t18-enrolled-${slug(way)}`);
    const { secret } = await enroll(harness, user.email);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, user.tenantId);
    const answer = await waysIn[way](user);
    expectNoToken(answer);
    const done = await verifyApp(harness, answer.json<{ mfaToken: string }>().mfaToken, totp(harness, secret));
    expect(done.json()).toHaveProperty('accessToken');
  });

  test.each(names)('T18 %s: a remembered device is honored by the same check as everywhere', async (way) => {
    const user = await createForcedUser(harness, `t18-device-${slug(way)}`, { allowRememberMyDevice: true });
    const { secret } = await enroll(harness, user.email);
    const { mfaToken } = (await logIn(harness, user.email)).json<{ mfaToken: string }>();
    const remembered = await verifyApp(harness, mfaToken, totp(harness, secret), { rememberDevice: true });
    const device = remembered.cookies.find(({ name }) => name === deviceCookie)?.value;
    const cookie = `${deviceCookie}=${device}`;
    const answer = await waysIn[way](user, cookie);
    if (endsDevices.includes(way)) expectNoToken(answer);
    else expect(answer.json()).toMatchObject({ mfaRequired: false, accessToken: expect.any(String) });
    await setPolicy(harness, { allowRememberMyDevice: false }, user.tenantId);
    if (way !== 'reset, then login') expectNoToken(await waysIn[way](user, cookie));
  });

  test('T18 refresh with a tenant switch, named in the body or asked for before, asks at the border', async () => {
    for (const asked of [true, false]) {
      const user = await createUserInTenant(harness, `t18-switch-${asked}`);
      const to = await createTenant(harness, `t18-switch-to-${asked}`);
      await joinTenant(harness, user.email, to);
      const { accessToken, refreshToken } = (await logIn(harness, user.email)).json<{ accessToken: string; refreshToken: string }>();
      await setPolicy(harness, { enforceMFAType: 'Force' }, to);
      const headers = { authorization: `Bearer ${accessToken}` };
      if (asked) await harness.send({ method: 'PUT', url: `${identity}/users/v1/tenant`, headers, body: { tenantId: to } });
      expectNoToken(await refresh(harness, refreshToken, asked ? {} : { body: { tenantId: to } }));
      expect((await refresh(harness, refreshToken)).statusCode, 'the session is over').toBe(401);
    }
  });

  test('T18 after an e-mail first factor a mailed code is no second one, however it is asked for', async () => {
    const user = await createForcedUser(harness, 't18-one-mailbox');
    const { mfaToken } = (await waysIn['e-mail code'](user)).json<{ mfaToken: string }>();
    const url = `${identity}/auth/v1/user/mfa/emailcode`;
    expect((await harness.send({ method: 'POST', url, body: { mfaToken } })).statusCode).toBe(400);
    const query = 'mutation Send($input: SendEmailCodeInput!) { sendEmailCode(input: $input) { __typename } }';
    const sent = await harness.graphql(query, { input: { mfaToken } });
    expect(sent.data?.sendEmailCode).toEqual({ __typename: 'StrategyInactiveError' });
  });
});

describe('T40 a reset keeps the second factor', () => {
  test('T40 of 50 parallel uses one counts, sessions end, the factor is asked for', async () => {
    const user = await createForcedUser(harness, 't40-race');
    const { refreshToken } = await enroll(harness, user.email);
    const body = await resetTokenFor(harness, user.email);
    const answers = await race(50, (index) => resetPassword(harness, { ...body, password: `${newPassword} ${index}` }));
    const { 201: won, 400: refused = 0, 429: waits = 0 } = tally(answers);
    // Whoever comes when the link is spent brings a wrong one, and after five of those the client has to wait.
    expect([won, refused + waits]).toEqual([1, 49]);
    expect((await refresh(harness, refreshToken)).statusCode).toBe(401);
    const password = `${newPassword} ${answers.findIndex(({ statusCode }) => statusCode === 201)}`;
    expectNoToken(await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email: user.email, password } }));
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
    expect(await audited(harness, user.id, 'PASSWORD_CHANGED')).toBe(1);
    await harness.app.outbox.flush();
    expect(harness.notices.filter(({ to, kind }) => to === user.email && kind === 'PASSWORD_CHANGED')).toHaveLength(1);
  });

  test('T40 the link is made of the public URL, whatever host the request claims', async () => {
    const user = await createUserInTenant(harness, 't40-host');
    for (const headers of [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      { forwarded: 'host=evil.example', origin: 'https://evil.example' },
    ] as Record<string, string>[]) {
      expect((await requestReset(harness, { email: user.email }, headers)).statusCode).toBe(201);
      expect(await mailedResetLink(harness, user.email)).toMatch(/^https:\/\/id\.acme\.example\/oauth\/account\/reset-password\?/);
    }
  });

  test('T40 a reset does not give back guesses at the factor', async () => {
    const user = await createForcedUser(harness, 't40-budget');
    const { secret } = await enroll(harness, user.email);
    const { mfaToken } = (await logIn(harness, user.email)).json<{ mfaToken: string }>();
    for (let count = 0; count < 5; count += 1) await verifyApp(harness, mfaToken, otherCode(totp(harness, secret)));
    const login = await waysIn['reset, then login'](user);
    expect((await verifyApp(harness, login.json<{ mfaToken: string }>().mfaToken, totp(harness, secret))).statusCode).toBe(429);
  });
});

describe('T10 login codes', () => {
  test('T10 of 100 parallel uses of the right code one logs in', async () => {
    const user = await createUserInTenant(harness, 't10-race');
    const { code, cookie } = await loginCodeFor(harness, user.email);
    expectOneWinner(await race(100, () => logInByCode(harness, code, cookie)));
    expect(await audited(harness, user.id, 'LOGIN_SUCCEEDED')).toBe(1);
  });

  test('T10 of 100 parallel wrong codes five are looked at, then the right one is not', async () => {
    const user = await createUserInTenant(harness, 't10-guess');
    const { code, cookie } = await loginCodeFor(harness, user.email);
    const answers = await race(100, () => logInByCode(harness, otherCode(code), cookie));
    expect(tally(answers)).toEqual({ 400: 5, 429: 95 });
    expect((await logInByCode(harness, code, cookie)).statusCode).toBe(429);
    expect(await audited(harness, user.id, 'LOGIN_FAILED', 'INVALID_CODE')).toBe(5);
  });

  test('T10 of 100 parallel requests for one address five send', async () => {
    const user = await createUserInTenant(harness, 't10-flood');
    expect(tally(await race(100, () => sendLoginCode(harness, { email: user.email })))).toEqual({ 201: 5, 429: 95 });
    await harness.app.outbox.flush();
    expect(harness.mail.filter(({ to }) => to === user.email)).toHaveLength(5);
  });

  test('T07 a stranger who fails for days shuts nobody out for good: password and later codes serve', async () => {
    const user = await createUserInTenant(harness, 't07-stranger');
    for (let round = 0; round < 21; round += 1) {
      const { code, cookie } = await loginCodeFor(harness, user.email);
      for (let count = 0; count < 5; count += 1) await logInByCode(harness, otherCode(code), cookie);
      harness.clock.advance({ seconds: 900 });
    }
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
    const { code, cookie } = await loginCodeFor(harness, user.email);
    expect((await logInByCode(harness, code, cookie)).statusCode).toBe(201);
  });
});

describe('T38 nobody learns who has an account', () => {
  const shown = ({ statusCode, body, headers }: Answer) => {
    const { 'frontegg-trace-id': _, 'set-cookie': cookies, date: __, ...others } = headers;
    return { statusCode, body, others, cookies: String(cookies ?? '').replace(/=[\w-]{43}/, '=…') };
  };

  test('T38 asking for a code or a reset, and guessing, look alike for known and unknown to the last header', async () => {
    const user = await createUserInTenant(harness, 't38');
    const seen = async (email: string): Promise<unknown[]> => {
      const answers: Answer[] = [await requestReset(harness, { email })];
      const { cookie } = await loginCodeFor(harness, email);
      for (let count = 0; count < 6; count += 1) answers.push(await logInByCode(harness, '000000', cookie));
      for (let count = 0; count < 5; count += 1) answers.push(await sendLoginCode(harness, { email }), await requestReset(harness, { email }));
      return answers.map(shown);
    };
    expect(await seen('t38-nobody@acme.example')).toEqual(await seen(user.email));
  });

  test('T38 the same statements run for both, but for the message itself', async () => {
    const user = await createUserInTenant(harness, 't38-work');
    const statements = async (ask: () => Promise<Answer>): Promise<string[]> => {
      await harness.app.outbox.flush();
      harness.queries.length = 0;
      // The instances take turns, and only the first one's statements are seen.
      await ask();
      await ask();
      const insertsAndReads = harness.queries.filter((sql) => /user_tokens|budgets|audit_events|from "?`?users/.test(sql));
      return insertsAndReads.map((sql) => sql.slice(0, 40));
    };
    for (const ask of [sendLoginCode, requestReset]) {
      const unknown = await statements(() => ask(harness, { email: 't38-work-nobody@acme.example' }));
      expect(unknown.length).toBeGreaterThan(3);
      expect(unknown).toEqual(await statements(() => ask(harness, { email: user.email })));
    }
  });

  test('no code, no token and no unknown address is in the database or the log in clear', async () => {
    const user = await createUserInTenant(harness, 'grep');
    const { code, cookie } = await loginCodeFor(harness, user.email);
    const secrets = [cookie.split('=')[1] ?? '', (await resetTokenFor(harness, user.email)).token, (await activationFor(harness, user.id)).token];
    await sendLoginCode(harness, { email: 'typed-by-a-stranger@acme.example' });
    const rows = JSON.stringify(await everything(harness));
    const logged = JSON.stringify(harness.logged);
    for (const secret of [...secrets, 'typed-by-a-stranger']) {
      expect(secret.length).toBeGreaterThan(15);
      expect(rows).not.toContain(secret);
      expect(logged).not.toContain(secret);
    }
    const [row] = await query(harness, "select code_digest from user_tokens where user_id = $1 and purpose = 'LOGIN_CODE'", [user.id]);
    expect(String(row?.code_digest)).not.toContain(code);
  });
});
