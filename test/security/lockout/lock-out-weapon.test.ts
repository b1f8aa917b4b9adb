import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { enroll, identity, mfaTokenFor, setStrategy, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOnlyRefusals, race } from '../../support/race.ts';
import { createForcedUser, enrollVerify, loggedIn, sendMail, verifyApp, verifyDevice, verifyMail } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openInstances({ sms: true }));
beforeAll(async () => {
  await setStrategy(harness, 'SMS', true);
  await setStrategy(harness, 'EmailCode', true);
});

const budgetsOf = (user: TestUser) => query(harness, 'select * from budgets where key like $1', [`%${user.id}`]);
const randomToken = (): string => randomBytes(32).toString('base64url');

describe('T07 without the password nobody can lock a user out', () => {
  test('T07 200 tries with mfaTokens out of thin air charge nothing', async () => {
    const victim = await createForcedUser(harness, 'weapon-random');
    const { secret } = await enroll(harness, victim.email);
    const { mfaDevices } = await loggedIn(harness, victim.email);
    const device = mfaDevices.authenticators[0]?.id ?? '';
    const answers = await race(200, (index) => {
      const mfaToken = index % 7 === 0 ? victim.id : randomToken();
      if (index % 4 === 0) return verifyApp(harness, mfaToken, '123456');
      if (index % 4 === 1) return verifyDevice(harness, device, mfaToken, '123456');
      if (index % 4 === 2) return verifyMail(harness, { mfaToken, otcToken: randomToken(), code: '123456' });
      return enrollVerify(harness, mfaToken, '123456');
    });
    expectOnlyRefusals(answers);
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([401]));
    expect(await budgetsOf(victim)).toEqual([]);
    expect((await verifyApp(harness, await mfaTokenFor(harness, victim.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('T07 the mfaToken of somebody else charges its own user, whatever device or otcToken it is sent with', async () => {
    const [victim, attacker] = [await createForcedUser(harness, 'weapon-victim'), await createForcedUser(harness, 'weapon-attacker')];
    const { secret } = await enroll(harness, victim.email);
    await enroll(harness, attacker.email);
    const { mfaDevices } = await loggedIn(harness, victim.email);
    const device = mfaDevices.authenticators[0]?.id ?? '';
    const mfaToken = await mfaTokenFor(harness, attacker.email);
    expectOnlyRefusals(await race(50, () => verifyDevice(harness, device, mfaToken, '123456')));
    expectOnlyRefusals(await race(50, () => verifyApp(harness, mfaToken, '123456', { email: victim.email, userId: victim.id, deviceId: device })));
    expect(await budgetsOf(victim)).toEqual([]);
    expect((await verifyApp(harness, await mfaTokenFor(harness, victim.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('T07 100 wrong passwords from elsewhere send no mail, charge no factor and do not keep the owner out', async () => {
    const victim = await createForcedUser(harness, 'weapon-password');
    const { secret } = await enroll(harness, victim.email);
    const url = `${identity}/auth/v1/user`;
    expectOnlyRefusals(
      await race(100, (index) =>
        harness.send({
          method: 'POST',
          url,
          address: `198.51.100.${index % 10}`,
          body: { email: victim.email, password: `not the password ${index}` },
        }),
      ),
    );
    expectOnlyRefusals(await race(20, () => sendMail(harness, randomToken())));
    await harness.app.outbox.flush();
    expect(harness.mail.filter((message) => message.to === victim.email)).toEqual([]);
    expect(await budgetsOf(victim)).toEqual([]);
    expect((await verifyApp(harness, await mfaTokenFor(harness, victim.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('T07 a code that could never be one, and a device that is none of the user, cost no guess', async () => {
    const user = await createForcedUser(harness, 'weapon-malformed');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    for (let tries = 0; tries < 20; tries += 1) {
      expect((await verifyApp(harness, mfaToken, 'abcdef')).statusCode).toBe(400);
      expect((await verifyDevice(harness, user.id, mfaToken, '123456')).statusCode).toBe(404);
    }
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
  });
});
