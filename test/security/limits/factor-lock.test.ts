import { beforeAll, expect, test } from 'vitest';
import { nobody } from '../../../src/domain/access/actor.ts';
import { AttemptsExhausted } from '../../../src/domain/errors.ts';
import { enroll, mailedCode, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, otcTokenFor, verifyApp, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const origin = { address: { text: '203.0.113.7', network: '203.0.113.7' }, userAgent: 'test', requestId: 'test' };

test('T06g after 100 wrong codes in a row the factor stays shut: no reset time, and no waiting helps', async () => {
  const user = await createForcedUser(harness, 'lock-hundred');
  const { secret } = await enroll(harness, user.email);
  for (let tries = 1; tries <= 100; tries += 1) {
    const answer = await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret));
    expect(answer.statusCode, `try ${tries}`).toBe(400);
    if (tries % 5 === 0) harness.clock.advance({ seconds: 901 });
  }
  expect(await wrongCodes(harness, user.id)).toBe(100);
  for (const days of [0, 1, 400]) {
    harness.clock.advance({ seconds: days * 86_400 });
    const mfaToken = await mfaTokenFor(harness, user.email);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(429);
    const verification = harness.app.services.verification.verify(
      { actor: nobody, origin },
      { mfaToken, strategies: ['AUTHENTICATOR_APP'], deviceId: null, token: null, answer: totp(harness, secret), rememberDevice: false },
    );
    const refusal = await verification.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AttemptsExhausted);
    expect(refusal).toMatchObject({ lockedUntil: null });
  }
  expect(await wrongCodes(harness, user.id)).toBe(100);

  // The other factor is not drawn in: the account's owner has a way left.
  const mfaToken = await mfaTokenFor(harness, user.email);
  const otcToken = await otcTokenFor(harness, mfaToken);
  const code = await mailedCode(harness, user.email);
  expect((await verifyMail(harness, { mfaToken, otcToken, code })).statusCode).toBe(201);
  expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(429);
});

test('T06g wrong codes count as consecutive only until a right one', async () => {
  const user = await createForcedUser(harness, 'lock-consecutive');
  const { secret } = await enroll(harness, user.email);
  for (let round = 0; round < 3; round += 1) {
    for (let tries = 1; tries <= 49; tries += 1) {
      expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode).toBe(400);
      if (tries % 4 === 0) harness.clock.advance({ seconds: 901 });
    }
    harness.clock.advance({ seconds: 901 });
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
  }
});

test('T06h a right code clears the budget of its own factor, not that of the other', async () => {
  const user = await createForcedUser(harness, 'lock-reset');
  const { secret } = await enroll(harness, user.email);
  const wrongApp = async () => (await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode;
  const wrongMail = async () => {
    const mfaToken = await mfaTokenFor(harness, user.email);
    return (await verifyMail(harness, { mfaToken, otcToken: 'of nothing', code: '000000' })).statusCode;
  };
  for (let tries = 0; tries < 3; tries += 1) expect(await wrongMail()).toBe(400);
  for (let tries = 0; tries < 4; tries += 1) expect(await wrongApp()).toBe(400);
  expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);

  for (let tries = 0; tries < 5; tries += 1) expect(await wrongApp()).toBe(400);
  expect(await wrongApp()).toBe(429);
  for (let tries = 0; tries < 2; tries += 1) expect(await wrongMail()).toBe(400);
  expect(await wrongMail()).toBe(429);
});

test('T06h a right code of one user clears nobody else', async () => {
  const [one, other] = [await createForcedUser(harness, 'lock-one'), await createForcedUser(harness, 'lock-other')];
  const [first, second] = [await enroll(harness, one.email), await enroll(harness, other.email)];
  for (let tries = 0; tries < 5; tries += 1) await verifyApp(harness, await mfaTokenFor(harness, one.email), wrongTotp(harness, first.secret));
  expect((await verifyApp(harness, await mfaTokenFor(harness, other.email), totp(harness, second.secret))).statusCode).toBe(201);
  expect((await verifyApp(harness, await mfaTokenFor(harness, one.email), totp(harness, first.secret))).statusCode).toBe(429);
});
