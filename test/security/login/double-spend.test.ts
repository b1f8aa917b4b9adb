import { beforeAll, describe, expect, test } from 'vitest';
import { enroll, logIn, mailedCode, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import { audited, countOf } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOneWinner, race } from '../../support/race.ts';
import type { Answer } from '../../support/requests.ts';
import { createForcedUser, enrollVerify, loggedIn, mfaTokensFor, otcTokenFor, verifyApp, verifyDevice, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

/** A race that a missing guard would lose now and then is run more than once. */
const rounds = 3;
/** The losers of a race tried a spent code, which counts; after this their guesses are forgotten. */
const pause = { seconds: 901 };

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

/** What the winner left behind: one session, one success in the audit trail. */
async function expectOneSession(userId: string, run: () => Promise<Answer[]>): Promise<void> {
  const before = { sessions: await countOf(harness, 'sessions', userId), successes: await audited(harness, userId, 'MFA_SUCCEEDED') };
  expectOneWinner(await run());
  expect(await countOf(harness, 'sessions', userId)).toBe(before.sessions + 1);
  expect(await audited(harness, userId, 'MFA_SUCCEEDED')).toBe(before.successes + 1);
}

describe('T02 a code is spent once', () => {
  test('T02 one TOTP step opens one session, whoever asks 100 times at once: half on one mfaToken, half on 50', async () => {
    const user = await createForcedUser(harness, 'spend-mixed');
    const { secret } = await enroll(harness, user.email);
    for (let round = 0; round < rounds; round += 1) {
      const { mfaToken, mfaDevices } = await loggedIn(harness, user.email);
      const others = await mfaTokensFor(harness, user.email, 50);
      const device = mfaDevices.authenticators[0]?.id ?? '';
      const code = totp(harness, secret);
      await expectOneSession(user.id, () =>
        race(100, (index) => {
          const token = index % 2 === 0 ? mfaToken : (others[(index - 1) / 2] ?? '');
          return index % 4 < 2 ? verifyApp(harness, token, code) : verifyDevice(harness, device, token, code);
        }),
      );
      harness.clock.advance(pause);
    }
  });

  test('T02 one mfaToken opens one session, although its step would allow every one of 5 requests', async () => {
    const user = await createForcedUser(harness, 'spend-token');
    const { secret } = await enroll(harness, user.email);
    for (let round = 0; round < rounds; round += 1) {
      const mfaToken = await mfaTokenFor(harness, user.email);
      // Three codes of three steps, each valid and each newer than the one before: only the mfaToken stands in the way.
      const codes = [-30, 0, 30].map((offset) => totp(harness, secret, offset));
      await expectOneSession(user.id, () => race(5, (index) => verifyApp(harness, mfaToken, codes[index % 3])));
      harness.clock.advance(pause);
    }
  });

  test('T02 one TOTP step opens one session for 5 mfaTokens, each of which is good', async () => {
    const user = await createForcedUser(harness, 'spend-step');
    const { secret } = await enroll(harness, user.email);
    for (let round = 0; round < rounds; round += 1) {
      const tokens = await mfaTokensFor(harness, user.email, 5);
      const code = totp(harness, secret);
      await expectOneSession(user.id, () => race(5, (index) => verifyApp(harness, tokens[index], code)));
      harness.clock.advance(pause);
    }
  });

  test('T10 one mailed code opens one session, whoever asks 100 times at once', async () => {
    const user = await createForcedUser(harness, 'spend-mail');
    for (let round = 0; round < rounds; round += 1) {
      const mfaToken = await mfaTokenFor(harness, user.email);
      const otcToken = await otcTokenFor(harness, mfaToken);
      const code = await mailedCode(harness, user.email);
      await expectOneSession(user.id, () => race(100, () => verifyMail(harness, { mfaToken, otcToken, code })));
      harness.clock.advance(pause);
    }
  });

  test('T13 a TOTP and a mailed code, both right and at once on one mfaToken, open one session', async () => {
    const user = await createForcedUser(harness, 'spend-both');
    const { secret } = await enroll(harness, user.email);
    for (let round = 0; round < rounds; round += 1) {
      const mfaToken = await mfaTokenFor(harness, user.email);
      const otcToken = await otcTokenFor(harness, mfaToken);
      const code = await mailedCode(harness, user.email);
      await expectOneSession(user.id, () =>
        race(4, (index) =>
          index % 2 === 0 ? verifyApp(harness, mfaToken, totp(harness, secret)) : verifyMail(harness, { mfaToken, otcToken, code }),
        ),
      );
      harness.clock.advance(pause);
    }
  });
});

describe('T02 a first factor is enrolled once', () => {
  test('T02 one enrollment confirmed 100 times at once leaves one factor, one recovery code and one session', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const user = await createForcedUser(harness, `spend-enroll-${round}`);
      const { mfaToken, secret } = await loggedIn(harness, user.email);
      const code = totp(harness, secret);
      const winner = expectOneWinner(
        await race(100, (index) => (index % 2 === 0 ? enrollVerify(harness, mfaToken, code) : verifyApp(harness, mfaToken, code))),
      );
      expect(winner.json()).toHaveProperty('recoveryCode');
      for (const table of ['authenticators', 'recovery_codes', 'sessions']) expect(await countOf(harness, table, user.id), table).toBe(1);
    }
  });

  test('T16 enrollments of two mfaTokens confirmed at once, each with the code of its own secret, leave one factor', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const user = await createForcedUser(harness, `spend-two-${round}`);
      const logins = [await loggedIn(harness, user.email), await loggedIn(harness, user.email)];
      expect(logins[0]?.secret).not.toBe(logins[1]?.secret);
      const answers = await Promise.all(logins.map(({ mfaToken, secret }) => enrollVerify(harness, mfaToken, totp(harness, secret))));
      const winner = expectOneWinner(answers);
      for (const table of ['authenticators', 'recovery_codes', 'sessions']) expect(await countOf(harness, table, user.id), table).toBe(1);
      const kept = logins[answers.indexOf(winner)];
      harness.clock.advance({ seconds: 60 });
      const next = await mfaTokenFor(harness, user.email);
      expect((await verifyApp(harness, next, totp(harness, kept?.secret ?? ''))).statusCode).toBe(201);
    }
  });

  test('T16 20 tabs that begin the enrollment of one mfaToken at once are shown one secret', async () => {
    const user = await createForcedUser(harness, 'spend-tabs');
    const login = await loggedIn(harness, user.email);
    const answers = await race(20, () =>
      harness.send({
        method: 'POST',
        url: '/identity/resources/auth/v1/user/mfa/authenticator/enroll',
        body: { mfaToken: login.mfaToken },
      }),
    );
    expect(new Set(answers.map((answer) => answer.json<{ secret?: string }>().secret))).toEqual(new Set([login.secret]));
    expect(await countOf(harness, 'pending_enrollments', user.id)).toBe(1);
  });
});

test('T13 logins at once each get an mfaToken of their own', async () => {
  const user = await createForcedUser(harness, 'spend-logins');
  await enroll(harness, user.email);
  const answers = await race(20, () => logIn(harness, user.email));
  expect(new Set(answers.map((answer) => answer.json<{ mfaToken: string }>().mfaToken)).size).toBe(20);
});
