import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '../../support/abuse-operations.ts';
import type { TestUser } from '../../support/builders.ts';
import { enroll, identity, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { query, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOnlyRefusals, race } from '../../support/race.ts';
import { createForcedUser, enrollVerify, loggedIn, sendMail, verifyApp, verifyDevice, verifyMail } from '../../support/requests.ts';
import { phoneUser } from '../../support/sms.ts';
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

/**
 * How each operation that takes a code or a password is kept from being an oracle. Two by the same budget, each in a test
 * of its own: `session` in self-service.test.ts, `signature` in webauthn-verify.test.ts.
 */
const guards: Record<string, 'budget' | 'signature' | 'session' | 'address' | 'sets it'> = {
  [`POST ${identity}/auth/v1/user`]: 'address',
  'POST /auth/vendor': 'address',
  [`POST ${identity}/auth/v1/user/mfa/verify`]: 'budget',
  [`POST ${identity}/auth/v1/user/mfa/authenticator/:deviceId/verify`]: 'budget',
  [`POST ${identity}/auth/v1/user/mfa/authenticator/enroll/verify`]: 'budget',
  [`POST ${identity}/auth/v1/user/mfa/emailcode/verify`]: 'budget',
  [`POST ${identity}/auth/v1/user/mfa/sms/:deviceId/verify`]: 'budget',
  [`POST ${identity}/auth/v1/user/mfa/sms/enroll/verify`]: 'budget',
  [`POST ${identity}/auth/v1/user/mfa/webauthn/:deviceId/verify`]: 'signature',
  [`POST ${identity}/auth/v1/user/mfa/webauthn/enroll/verify`]: 'signature',
  [`POST ${identity}/auth/v1/user/mfa/recover`]: 'address',
  [`POST ${identity}/auth/v1/passwordless/code/postlogin`]: 'address',
  [`POST ${identity}/users/v1/mfa/enroll/verify`]: 'session',
  [`POST ${identity}/users/v1/mfa/authenticator/enroll/verify`]: 'session',
  [`POST ${identity}/users/v1/mfa/sms/enroll/verify`]: 'session',
  [`POST ${identity}/users/v1/mfa/webauthn/enroll/verify`]: 'session',
  [`POST ${identity}/users/v1/activate`]: 'address',
  [`POST ${identity}/users/v1/passwords/reset/verify`]: 'address',
  [`POST ${identity}/vendor-only/users/v1`]: 'sets it',
  [`POST ${identity}/users/v2`]: 'sets it',
};
const secretFields = ['code', 'password', 'recoveryCode', 'secret', 'token', 'value', 'webauthnToken'];

describe('T09 every operation that checks a code is throttled', () => {
  test('T09 the list of operations that take a code or a password is complete', () => {
    const taking = operations.filter(({ fields }) => fields.some((field) => secretFields.includes(field)));
    expect(taking.map(({ method, url }) => `${method} ${url}`).sort()).toEqual(Object.keys(guards).sort());
  });

  test.each(Object.keys(guards).filter((name) => guards[name] === 'budget'))('T09 %s: of 10 wrong codes five are looked at', async (name) => {
    const operation = operations.find(({ method, url }) => `${method} ${url}` === name);
    const tenant = `oracle-${name.replace(/\W+/g, '-').toLowerCase().slice(-40)}`;
    const byPhone = name.includes('/sms/:deviceId');
    const user = byPhone ? await phoneUser(harness, tenant) : await createForcedUser(harness, tenant);
    const enrolls = name.includes('/enroll/');
    const secret = enrolls || byPhone ? null : (await enroll(harness, user.email)).secret;
    const statuses: number[] = [];
    for (let tries = 0; tries < 10; tries += 1) {
      const login = await loggedIn(harness, user.email);
      const wrong = byPhone ? '123456' : wrongTotp(harness, secret ?? login.secret);
      const body = Object.fromEntries((operation?.fields ?? []).map((field) => [field, field === 'mfaToken' ? login.mfaToken : wrong]));
      const url = (operation?.url ?? '').replace(
        ':deviceId',
        [...(login.mfaDevices?.authenticators ?? []), ...(login.mfaDevices?.phones ?? [])][0]?.id ?? '',
      );
      statuses.push((await harness.send({ method: 'POST', url, body: { ...body, rememberDevice: false } })).statusCode);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429, 429, 429, 429]);
    expect(await wrongCodes(harness, user.id)).toBe(5);
  });
});
