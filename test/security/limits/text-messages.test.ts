import { describe, expect, test } from 'vitest';
import { logIn } from '../../support/builders.ts';
import { audited, countOf, everything, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectOneWinner, expectOnlyRefusals, race, tally } from '../../support/race.ts';
import { verifyApp, verifyMail } from '../../support/requests.ts';
import { selfService } from '../../support/self-service.ts';
import type { PhoneUser } from '../../support/sms.ts';
import {
  addPhone,
  anotherCode,
  forcedUser,
  newNumber,
  openSmsHarness,
  outstanding,
  phoneUser,
  sentCode,
  smsEnroll,
  smsEnrollVerify,
  smsSend,
  smsVerify,
  textedCode,
  textsTo,
} from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openSmsHarness({}, openInstances));

const wrong = { errors: ['Invalid code'], errorCode: 'ER-01011' };

/** A phone user with a code on its way for a login. */
async function texted(name: string) {
  const user = await phoneUser(harness, name);
  const { mfaToken } = await outstanding(harness, user.email);
  return { user, sent: await sentCode(harness, user, mfaToken) };
}

describe('T10a, T10b life', () => {
  test('after eleven minutes neither the code nor the login is worth anything', async () => {
    const { user, sent } = await texted('t10a');
    harness.clock.advance({ seconds: 660 });
    expect((await smsVerify(harness, user.deviceId, sent)).statusCode).toBe(401);
    const { mfaToken } = await outstanding(harness, user.email);
    expect((await smsVerify(harness, user.deviceId, { ...sent, mfaToken })).json()).toEqual(wrong);
  });

  test('a new code kills the old one, and gives no guess back', async () => {
    const { user, sent: old } = await texted('t10b');
    for (let count = 1; count <= 4; count += 1) await smsVerify(harness, user.deviceId, { ...old, code: anotherCode(old.code, count) });
    harness.clock.advance({ seconds: 30 });
    const sent = await sentCode(harness, user, old.mfaToken);
    expect((await smsVerify(harness, user.deviceId, old)).json(), 'the fifth failure').toEqual(wrong);
    expect((await smsVerify(harness, user.deviceId, sent)).statusCode, 'even the right code').toBe(401);
    expect(await wrongCodes(harness, user.id)).toBe(5);
  });
});

describe('T10c, T14 a code counts for what it was sent for alone', () => {
  test('the otcToken of one login with the code of another, and either with the mfaToken of the other', async () => {
    const { user, sent: first } = await texted('t10c');
    const { mfaToken } = await outstanding(harness, user.email);
    harness.clock.advance({ seconds: 30 });
    const second = await sentCode(harness, user, mfaToken);
    expect(second.code === first.code && 'equal by chance').toBe(false);
    for (const mixed of [
      { ...first, code: second.code },
      { ...first, mfaToken: second.mfaToken },
      { ...second, otcToken: first.otcToken },
    ]) {
      expect((await smsVerify(harness, user.deviceId, mixed)).json()).toEqual(wrong);
    }
    expect((await smsVerify(harness, user.deviceId, second)).statusCode).toBe(201);
  });

  test("a victim's mfaToken with the attacker's own phone, code and otcToken opens nothing", async () => {
    const { user: attacker, sent } = await texted('t10c-attacker');
    const victim = await phoneUser(harness, 't10c-victim');
    const { mfaToken } = await outstanding(harness, victim.email);
    expect((await smsVerify(harness, attacker.deviceId, { ...sent, mfaToken })).statusCode).toBe(404);
    expect((await smsVerify(harness, victim.deviceId, { ...sent, mfaToken })).json()).toEqual(wrong);
    expect((await smsSend(harness, attacker.deviceId, { mfaToken })).statusCode).toBe(404);
  });

  test('a code of a login is none of an enrollment, a removal, an authenticator app or an e-mail, and the other way round', async () => {
    const { user, sent } = await texted('t10c-purpose');
    const { otcToken, code, mfaToken } = sent;
    const headers = { authorization: `Bearer ${user.accessToken}` };
    expect((await smsEnrollVerify(harness, sent)).statusCode).toBe(403);
    expect((await selfService(harness, '/sms/enroll/verify', headers, { otcToken, code })).json()).toEqual(wrong);
    expect((await verifyApp(harness, mfaToken, code)).statusCode).toBe(400);
    expect((await verifyMail(harness, { mfaToken, otcToken, code })).statusCode).toBe(400);
    harness.clock.advance({ seconds: 30 });
    const number = newNumber();
    const enrolling = (await selfService(harness, '/sms/enroll', headers, { phoneNumber: number })).json();
    const enrollment = { mfaToken, otcToken: enrolling.otcToken, code: await textedCode(harness, number) };
    expect((await smsVerify(harness, user.deviceId, enrollment)).json()).toEqual(wrong);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
  });

  test('an enrollment of one login is not finished by another, nor by its owner logged in elsewhere', async () => {
    const user = await forcedUser(harness, 't14-enroll');
    const number = newNumber();
    const { otcToken } = (await smsEnroll(harness, { phoneNumber: number, mfaToken: user.mfaToken })).json();
    const code = await textedCode(harness, number);
    const other = await outstanding(harness, user.email);
    expect((await smsEnrollVerify(harness, { otcToken, code, mfaToken: other.mfaToken })).json()).toEqual(wrong);
    expect((await smsEnrollVerify(harness, { otcToken, code, mfaToken: user.mfaToken })).statusCode).toBe(201);
  });
});

describe('T10d one code opens one session', () => {
  test('100 verifications at once, of one mfaToken', async () => {
    const { user, sent } = await texted('t10d');
    expectOneWinner(await race(100, () => smsVerify(harness, user.deviceId, sent)));
    expect((await smsVerify(harness, user.deviceId, sent)).statusCode).toBe(401);
  });

  test('100 confirmations of an enrollment at once enroll one phone', async () => {
    const user = await forcedUser(harness, 't10d-enroll');
    const number = newNumber();
    const { otcToken } = (await smsEnroll(harness, { phoneNumber: number, mfaToken: user.mfaToken })).json();
    const body = { otcToken, code: await textedCode(harness, number), mfaToken: user.mfaToken };
    expectOneWinner(await race(100, () => smsEnrollVerify(harness, body)));
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
    expect(await countOf(harness, 'recovery_codes', user.id)).toBe(1);
  });

  test('100 guesses at once leave five looks at the code', async () => {
    const { user, sent } = await texted('t10d-guess');
    const answers = await race(100, (index) => smsVerify(harness, user.deviceId, { ...sent, code: anotherCode(sent.code, index + 1) }));
    expectOnlyRefusals(answers);
    expect(await wrongCodes(harness, user.id)).toBe(5);
  });

  test('of two phones removed at once without a code one stays', async () => {
    const user = await phoneUser(harness, 't10d-remove');
    const second = await addPhone(harness, user);
    await harness.send({
      method: 'PUT',
      url: '/identity/resources/configurations/v1/mfa-policy',
      headers: await environmentOf(user),
      body: { enforceMFAType: 'DontForce' },
    });
    const headers = { authorization: `Bearer ${user.accessToken}` };
    const ids = [user.deviceId, second.deviceId];
    const answers = await race(2, (index) => selfService(harness, `/sms/${ids[index]}/disable/verify`, headers, {}));
    expect(tally(answers)).toEqual({ 200: 1, 400: 1 });
    expect(await countOf(harness, 'authenticators', user.id)).toBe(1);
  });

  test('a phone removed while its code is on the way proves nothing any more', async () => {
    const { user, sent } = await texted('t10d-removed');
    harness.clock.advance({ seconds: 30 });
    await addPhone(harness, user);
    const headers = { authorization: `Bearer ${user.accessToken}` };
    const removed = await selfService(harness, `/sms/${user.deviceId}/disable/verify`, headers, {});
    expect(removed.statusCode, removed.body).toBe(200);
    expect((await smsVerify(harness, user.deviceId, sent)).statusCode).toBe(404);
  });
});

const environmentOf = async (user: PhoneUser) => ({
  authorization: `Bearer ${await harness.environmentToken()}`,
  'frontegg-tenant-id': user.tenantId,
});

describe('T13, T17 what ends a code', () => {
  test('one login is completed by one of two factors at once, and its mfaToken is spent for both', async () => {
    const { user, sent } = await texted('t13-two');
    harness.clock.advance({ seconds: 30 });
    const second = await addPhone(harness, user);
    const body = { otcToken: sent.otcToken, code: sent.code, mfaToken: sent.mfaToken };
    const answers = await race(20, (index) => smsVerify(harness, index % 2 === 0 ? user.deviceId : second.deviceId, body));
    expectOneWinner(answers);
    expect((await smsSend(harness, second.deviceId, { mfaToken: sent.mfaToken })).statusCode).toBe(401);
  });

  test("an administrator's reset, and a recovery, end the login and every code on its way", async () => {
    for (const end of ['reset', 'recover'] as const) {
      const { user, sent } = await texted(`t17-${end}`);
      const request =
        end === 'reset'
          ? { url: `/identity/resources/vendor-only/users/v1/${user.id}/mfa/unenroll`, headers: await environmentOf(user) }
          : { url: '/identity/resources/auth/v1/user/mfa/recover', body: { email: user.email, recoveryCode: user.recoveryCode } };
      expect((await harness.send({ method: 'POST', ...request })).statusCode, end).toBe(200);
      expect((await smsVerify(harness, user.deviceId, sent)).statusCode, end).toBe(401);
      expect(await countOf(harness, 'one_time_codes', user.id), end).toBe(0);
      expect(await countOf(harness, 'authenticators', user.id), end).toBe(0);
    }
  });
});

describe('T10e limits of sending', () => {
  test('of 50 sends at once one goes out, and in half a minute none more, whichever login asks', async () => {
    const user = await phoneUser(harness, 't10e-gap');
    const before = (await textsTo(harness, user.number)).length;
    const logins = [await outstanding(harness, user.email), await outstanding(harness, user.email)];
    const answers = await race(50, (index) => smsSend(harness, user.deviceId, { mfaToken: logins[index % 2]?.mfaToken }));
    expect(tally(answers)).toEqual({ 201: 1, 429: 49 });
    expect(await textsTo(harness, user.number)).toHaveLength(before + 1);
  });

  test('five in a quarter of an hour to a user, whatever the numbers', async () => {
    const user = await forcedUser(harness, 't10e-user');
    const statuses: number[] = [];
    let last = '';
    for (let count = 0; count < 6; count += 1) {
      const answer = await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken: user.mfaToken });
      statuses.push(answer.statusCode);
      last = String(answer.headers['retry-after']);
      harness.clock.advance({ seconds: 60 });
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
    expect(last, 'until the first is a quarter of an hour old').toBe('600');
    expect(await audited(harness, user.id, 'MFA_FAILED', 'USER_LIMIT')).toBe(1);
  });

  test('five an hour to a number, whoever names it, however it is written', async () => {
    const number = newNumber();
    const written = [number, `${number.slice(0, 3)} ${number.slice(3)}`, `${number.slice(0, 3)}-${number.slice(3)}`];
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      const { mfaToken } = await forcedUser(harness, `t10e-number-${count}`);
      statuses.push((await smsEnroll(harness, { phoneNumber: written[count % 3], mfaToken })).statusCode);
      // Delivery is at least once: were the clock to jump past the lease of a text under way, another instance would send it again.
      await harness.app.outbox.flush();
      harness.clock.advance({ seconds: 120 });
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 429]);
    expect(await textsTo(harness, number)).toHaveLength(5);
    const { mfaToken } = await forcedUser(harness, 't10e-number-other');
    expect((await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken })).statusCode, 'another number').toBe(201);
  });

  test('a stranger who keeps naming a number takes nothing from the user who has it enrolled', async () => {
    const user = await phoneUser(harness, 't10e-holder');
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1) {
      const { mfaToken } = await forcedUser(harness, `t10e-stranger-${count}`);
      statuses.push((await smsEnroll(harness, { phoneNumber: user.number, mfaToken })).statusCode);
      harness.clock.advance({ seconds: 120 });
    }
    expect(statuses, 'the number had one text when it was enrolled').toEqual([201, 201, 201, 201, 429]);
    const { mfaToken } = await outstanding(harness, user.email);
    expect((await smsVerify(harness, user.deviceId, await sentCode(harness, user, mfaToken))).statusCode).toBe(201);
  });

  test('caps by client address and by tenant, which outlive a restart and count refusals of nobody else', async () => {
    const settings = { LIMIT_SMS_ADDRESS_PER_HOUR: '3', LIMIT_SMS_TENANT_PER_DAY: '4' };
    const capped = await openSmsHarness({ settings }, openInstances);
    const statusFrom = async (address: string, mfaToken: string): Promise<number> => {
      const body = { phoneNumber: newNumber(), mfaToken };
      return (await capped.send({ method: 'POST', url: '/identity/resources/auth/v1/user/mfa/sms/enroll', body, address })).statusCode;
    };
    const [one, other] = [await forcedUser(capped, 't10e-cap'), await forcedUser(capped, 't10e-cap-other')];
    const found: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      found.push(await statusFrom('203.0.113.9', one.mfaToken));
      capped.clock.advance({ seconds: 60 });
    }
    expect(found, 'the address').toEqual([201, 201, 201, 429]);
    expect(await statusFrom('203.0.113.9', other.mfaToken), 'another tenant, the same address').toBe(429);
    expect(await statusFrom('203.0.113.10', one.mfaToken), 'another address').toBe(201);
    capped.clock.advance({ seconds: 900 });
    const late = await outstanding(capped, one.email);
    const limited = await capped.send({
      method: 'POST',
      url: '/identity/resources/auth/v1/user/mfa/sms/enroll',
      body: { phoneNumber: newNumber(), mfaToken: late.mfaToken },
      address: '203.0.113.11',
    });
    expect(limited.statusCode, 'the tenant').toBe(429);
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(80_000);
    expect(await audited(capped, one.id, 'MFA_FAILED', 'TENANT_LIMIT')).toBe(1);
    capped.clock.advance({ seconds: 86_400 });
    const tomorrow = await outstanding(capped, one.email);
    expect(await statusFrom('203.0.113.9', tomorrow.mfaToken)).toBe(201);
    await capped.close();
  });

  test('all addresses of one IPv6 network count as one', async () => {
    const capped = await openSmsHarness({ settings: { LIMIT_SMS_ADDRESS_PER_HOUR: '1' } }, openInstances);
    const statuses: number[] = [];
    for (const address of ['2001:db8::1', '2001:db8::ffff:2', '2001:db8:0:1::1']) {
      const { mfaToken } = await forcedUser(capped, `t10e-${statuses.length}`);
      const body = { phoneNumber: newNumber(), mfaToken };
      statuses.push((await capped.send({ method: 'POST', url: '/identity/resources/auth/v1/user/mfa/sms/enroll', body, address })).statusCode);
    }
    expect(statuses).toEqual([201, 429, 201]);
    await capped.close();
  });

  test('a success gives no message back', async () => {
    const user = await phoneUser(harness, 't10e-success');
    for (let count = 0; count < 4; count += 1) {
      const { mfaToken } = await outstanding(harness, user.email);
      expect((await smsVerify(harness, user.deviceId, await sentCode(harness, user, mfaToken))).statusCode).toBe(201);
      harness.clock.advance({ seconds: 30 });
    }
    const { mfaToken } = await outstanding(harness, user.email);
    expect((await smsSend(harness, user.deviceId, { mfaToken })).statusCode).toBe(429);
  });
});

describe('T10g what is kept of a code and a number', () => {
  test('neither stands in the database in the clear, nor in the log', async () => {
    const { user, sent } = await texted('t10g');
    await smsVerify(harness, user.deviceId, { ...sent, code: anotherCode(sent.code) });
    expect((await smsVerify(harness, user.deviceId, sent)).statusCode).toBe(201);
    await harness.app.outbox.flush();
    const digits = user.number.slice(1);
    const text = (value: unknown): string => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value));
    const kept = (await everything(harness)).flatMap(({ row }) => Object.values(row).map(text));
    for (const value of [...kept, JSON.stringify(harness.logged)]) {
      expect(value).not.toContain(digits);
      expect(value).not.toContain(sent.otcToken);
    }
    expect(JSON.stringify(harness.logged)).not.toContain(sent.code);
  });

  test('an outstanding login shows four digits of the number and no more', async () => {
    const user = await phoneUser(harness, 't10g-mask');
    const { body } = await logIn(harness, user.email);
    expect(body).not.toContain(user.number.slice(3, -4));
    expect(body).toContain(`+44******${user.number.slice(-4)}`);
  });
});
