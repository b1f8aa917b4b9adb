import { beforeAll, describe, expect, test } from 'vitest';
import { enroll, mailedCode, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { audited, countOf, query, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOnlyRefusals, race, tally } from '../../support/race.ts';
import { createForcedUser, enrollVerify, loggedIn, mfaTokensFor, otcTokenFor, verifyApp, verifyDevice, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const dead = { errors: ['Invalid MFA token'], errorCode: 'ER-01013' };

describe('T06 a factor is guessed at five times in 15 minutes, not more', () => {
  test('T06a the fifth wrong code on one mfaToken still answers 400 and kills the token', async () => {
    const user = await createForcedUser(harness, 'budget-token');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (let tries = 1; tries <= 5; tries += 1) {
      const answer = await verifyApp(harness, mfaToken, wrongTotp(harness, secret));
      expect(answer.statusCode, `try ${tries}`).toBe(400);
      expect(answer.json()).toEqual({ errors: ['Invalid code'], errorCode: 'ER-01011' });
    }
    for (const code of [wrongTotp(harness, secret), totp(harness, secret)]) {
      const answer = await verifyApp(harness, mfaToken, code);
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toEqual(dead);
    }
  });

  test('T06a the fifth try on one mfaToken may still be right', async () => {
    const user = await createForcedUser(harness, 'budget-fifth');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (let tries = 0; tries < 4; tries += 1) expect((await verifyApp(harness, mfaToken, wrongTotp(harness, secret))).statusCode).toBe(400);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
  });

  test('T06a an mfaToken is dead after five wrong codes, whichever factors they were for', async () => {
    const user = await createForcedUser(harness, 'budget-kinds');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const otcToken = await otcTokenFor(harness, mfaToken);
    const code = await mailedCode(harness, user.email);
    const wrong = code === '111111' ? '222222' : '111111';
    for (let tries = 0; tries < 3; tries += 1) expect((await verifyApp(harness, mfaToken, wrongTotp(harness, secret))).statusCode).toBe(400);
    for (let tries = 0; tries < 2; tries += 1) expect((await verifyMail(harness, { mfaToken, otcToken, code: wrong })).statusCode).toBe(400);
    expect((await verifyMail(harness, { mfaToken, otcToken, code })).json()).toEqual(dead);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).json()).toEqual(dead);
  });

  test('T06b new logins give no guess back, and the answer says when to come again', async () => {
    const user = await createForcedUser(harness, 'budget-logins');
    const { secret } = await enroll(harness, user.email);
    const { mfaDevices } = await loggedIn(harness, user.email);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode).toBe(400);
      harness.clock.advance({ seconds: 60 });
    }
    const mfaToken = await mfaTokenFor(harness, user.email);
    const [device] = mfaDevices.authenticators;
    for (const answer of [
      await verifyApp(harness, mfaToken, wrongTotp(harness, secret)),
      await verifyDevice(harness, device?.id ?? '', mfaToken, wrongTotp(harness, secret)),
    ]) {
      expect(answer.statusCode).toBe(429);
      expect(answer.json()).toEqual({ errors: ['Too many attempts'] });
      expect(answer.headers['retry-after']).toBe(String(900 - 5 * 60));
      expect(answer.headers['x-rate-limit-reset']).toBe(new Date(harness.clock.now().getTime() + 600_000).toISOString());
    }
  });

  test('T06b the budget slides: each guess comes back 15 minutes after it was made, one at a time', async () => {
    const user = await createForcedUser(harness, 'budget-slide');
    const { secret } = await enroll(harness, user.email);
    const guess = async (code = wrongTotp(harness, secret)) => (await verifyApp(harness, await mfaTokenFor(harness, user.email), code)).statusCode;
    for (let tries = 0; tries < 5; tries += 1) {
      expect(await guess()).toBe(400);
      harness.clock.advance({ seconds: 100 });
    }
    harness.clock.advance({ seconds: 399 });
    expect(await guess()).toBe(429);
    harness.clock.advance({ seconds: 1 });
    expect(await guess()).toBe(400);
    expect(await guess()).toBe(429);
    harness.clock.advance({ seconds: 100 });
    expect(await guess()).toBe(400);
    expect(await guess()).toBe(429);
  });

  test('T06c of 200 wrong codes at once on 200 mfaTokens five are looked at', async () => {
    const user = await createForcedUser(harness, 'budget-burst');
    const { secret } = await enroll(harness, user.email);
    const tokens = await mfaTokensFor(harness, user.email, 200);
    const code = wrongTotp(harness, secret);
    const answers = await race(200, (index) => verifyApp(harness, tokens[index], code));
    expectOnlyRefusals(answers);
    expect(tally(answers)).toEqual({ 400: 5, 429: 195 });
    expect(await wrongCodes(harness, user.id)).toBe(5);
  });

  test('T06c of 100 wrong codes at once on one mfaToken five are looked at', async () => {
    const user = await createForcedUser(harness, 'budget-one');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const answers = await race(100, () => verifyApp(harness, mfaToken, wrongTotp(harness, secret)));
    expectOnlyRefusals(answers);
    expect(await wrongCodes(harness, user.id)).toBe(5);
  });

  test('T06c the same holds for mailed codes and for the confirmation of an enrollment', async () => {
    const user = await createForcedUser(harness, 'budget-others');
    const tokens = await mfaTokensFor(harness, user.email, 20);
    const otcTokens: string[] = [];
    for (const mfaToken of tokens.slice(0, 4)) otcTokens.push(await otcTokenFor(harness, mfaToken));
    const mails = await race(100, (index) => verifyMail(harness, { mfaToken: tokens[index % 4], otcToken: otcTokens[index % 4], code: '000000' }));
    expectOnlyRefusals(mails);
    expect(await wrongCodes(harness, user.id)).toBe(5);
    const confirmations = await race(100, (index) => enrollVerify(harness, tokens[4 + (index % 16)] ?? '', '000000'));
    expectOnlyRefusals(confirmations);
    expect(await wrongCodes(harness, user.id)).toBe(10);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(0);
  });

  test('T06c the guesses of an enrollment and of a later login are one budget', async () => {
    const user = await createForcedUser(harness, 'budget-shared');
    const { mfaToken } = await loggedIn(harness, user.email);
    for (let tries = 0; tries < 5; tries += 1) expect((await enrollVerify(harness, mfaToken, '000000')).statusCode).toBe(400);
    const { mfaToken: next, secret } = await loggedIn(harness, user.email);
    expect((await verifyApp(harness, next, totp(harness, secret))).statusCode).toBe(429);
    expect((await enrollVerify(harness, next, totp(harness, secret))).statusCode).toBe(429);
    expect(await audited(harness, user.id, 'MFA_FAILED', 'ATTEMPTS_EXHAUSTED')).toBe(2);
  });
});

test('T06f a right code sent while the factor is locked is not looked at and not used up', async () => {
  const user = await createForcedUser(harness, 'budget-locked');
  const { secret } = await enroll(harness, user.email);
  const wrong = async () =>
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode).toBe(400);
  await wrong();
  // The other four 14 minutes later, so that the lock ends while the code of the last step still lives.
  harness.clock.advance({ seconds: 880 });
  for (let tries = 0; tries < 4; tries += 1) await wrong();
  const code = totp(harness, secret);
  const mfaToken = await mfaTokenFor(harness, user.email);
  const before = await query(harness, 'select last_step from authenticators where user_id = $1', [user.id]);
  expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(429);
  expect(await query(harness, 'select last_step from authenticators where user_id = $1', [user.id])).toEqual(before);
  harness.clock.advance({ seconds: 20 });
  expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(201);
});
