import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, mfaTokenFor, setPolicy, setStrategy } from '../../support/builders.ts';
import { audited, countOf, databaseForAnother } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import {
  claimsOf,
  codeExpired,
  expectRefusal,
  faults,
  invalidCode,
  invalidMfaToken,
  invalidType,
  opaqueToken,
  refusal,
  tooMany,
} from '../../support/rest.ts';
import { expectOnlySixDigits, expectTextsRequired } from '../../support/second-factor.ts';
import {
  anotherCode,
  forcedUser,
  masked,
  newNumber,
  openSmsHarness,
  outstanding,
  smsEnroll,
  smsEnrollVerify,
  textedCode,
  textsTo,
} from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openSmsHarness);

const alreadyEnrolled = refusal('MFA is already enrolled');
const invalidNumber = faults('phoneNumber must be a valid phone number');

/** A login with a code on its way to a new number. */
async function enrolling(name: string) {
  const user = await forcedUser(harness, name);
  const number = newNumber();
  const { otcToken } = (await smsEnroll(harness, { phoneNumber: number, mfaToken: user.mfaToken })).json();
  return { ...user, number, otcToken, code: await textedCode(harness, number) };
}

describe('sms/enroll', () => {
  test('201: sends six digits to the number and answers a token and the number as it was given', async () => {
    const { id, mfaToken } = await forcedUser(harness, 'enroll');
    const number = newNumber();
    const written = `+44 (7400) ${number.slice(7, 10)}-${number.slice(10)}`;
    const answer = await smsEnroll(harness, { phoneNumber: written, mfaToken });
    expect({ status: answer.statusCode, body: answer.json() }).toEqual({
      status: 201,
      body: { otcToken: expect.stringMatching(opaqueToken), phoneNumber: written },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(await textsTo(harness, number)).toEqual([expect.stringMatching(/^\d{6}$/)]);
    expect(await audited(harness, id, 'CODE_SENT')).toBe(1);
    expect(await countOf(harness, 'authenticators', id)).toBe(0);
  });

  test('the error code of a bad number is the one the contract lists', () => {
    expect(invalidNumber).toMatchObject({ errorCode: 'ER-7e7c6aa82d' });
  });

  test('400: both fields are required texts, the number first', async () => {
    const send = (body?: unknown) =>
      harness.send({ method: 'POST', url: `${identity}/auth/v1/user/mfa/sms/enroll`, ...(body === undefined ? {} : { body }) });
    const isFields = (body: unknown): body is object => typeof body === 'object' && !Array.isArray(body);
    await expectTextsRequired((body) => send(isFields(body) ? { mfaToken: 'x', ...body } : body), ['phoneNumber']);
    await expectTextsRequired((body) => send(isFields(body) ? { phoneNumber: newNumber(), ...body } : body), ['mfaToken']);
    expectRefusal(await send({}), 400, faults('phoneNumber should not be empty', 'mfaToken should not be empty'));
    expectRefusal(
      await send({ phoneNumber: 'x', mfaToken: 5 }),
      400,
      faults('phoneNumber must be a valid phone number', 'mfaToken must be a string'),
    );
  });

  test.each(['4155552671', '+0123456789', '+123456', '+1234567890123456', 'phone', '+44 7400 123456 ext 1', '+44/7400123456'])(
    '400: %s is no number, whatever the mfaToken',
    async (phoneNumber) => {
      expectRefusal(await smsEnroll(harness, { phoneNumber, mfaToken: 'unknown' }), 400, invalidNumber);
    },
  );

  test('400: numbers that cost too much, do not exist, or lie in a country off the list are all answered alike, and send nothing', async () => {
    const { mfaToken } = await forcedUser(harness, 'enroll-refused');
    const numbers = [
      '+19005551234',
      '+442079460958',
      '+447012345678',
      '+18005551234',
      '+881612345678',
      '+447700900123',
      '+33612345678',
      '+8801712345678',
    ];
    for (const phoneNumber of numbers) {
      expectRefusal(await smsEnroll(harness, { phoneNumber, mfaToken }), 400, invalidNumber, phoneNumber);
      expect(await textsTo(harness, phoneNumber)).toEqual([]);
    }
    expect((await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken })).statusCode, 'none of them was charged').toBe(201);
  });

  test('400 where SMS is not offered: off in the environment, off in the tenant', async () => {
    const off = await openHarness({ sms: true });
    const { mfaToken } = await forcedUser(off, 'off');
    expectRefusal(await smsEnroll(off, { phoneNumber: newNumber(), mfaToken }), 400, invalidType);
    await off.close();
    const { tenantId, mfaToken: other } = await forcedUser(harness, 'off-tenant');
    await setStrategy(harness, 'SMS', false, tenantId);
    expectRefusal(await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken: other }), 400, invalidType);
  });

  test('401: an mfaToken that is unknown, expired, of a step-up or absent from the body; a bearer token does not stand in for it', async () => {
    const phoneNumber = newNumber();
    expectRefusal(await smsEnroll(harness, { phoneNumber, mfaToken: 'unknown' }), 401, invalidMfaToken);
    const { mfaToken } = await forcedUser(harness, 'enroll-expired');
    harness.clock.advance({ seconds: 601 });
    expectRefusal(await smsEnroll(harness, { phoneNumber, mfaToken }), 401, invalidMfaToken);
    const headers = await asEnvironment(harness);
    const url = `${identity}/auth/v1/user/mfa/sms/enroll`;
    expectRefusal(await harness.send({ method: 'POST', url, headers, body: { phoneNumber } }), 400, faults('mfaToken should not be empty'));
    expect(await textsTo(harness, phoneNumber)).toEqual([]);
  });

  test('403: who has a factor adds no other by a password alone, and nothing is sent (T15)', async () => {
    const user = await createUserInTenant(harness, 'enroll-has');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    await enroll(harness, user.email);
    const [mfaToken, phoneNumber] = [await mfaTokenFor(harness, user.email), newNumber()];
    expectRefusal(await smsEnroll(harness, { phoneNumber, mfaToken }), 403, alreadyEnrolled);
    expectRefusal(await smsEnrollVerify(harness, { otcToken: 'x', code: '123456', mfaToken }), 403, alreadyEnrolled);
    expect(await textsTo(harness, phoneNumber)).toEqual([]);
    expect(await countOf(harness, 'one_time_codes', user.id)).toBe(0);
  });

  test('429 within half a minute, with the time to wait in both headers', async () => {
    const { id, mfaToken } = await forcedUser(harness, 'enroll-pace');
    const number = newNumber();
    expect((await smsEnroll(harness, { phoneNumber: number, mfaToken })).statusCode).toBe(201);
    harness.clock.advance({ seconds: 10 });
    const limited = await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken });
    expectRefusal(limited, 429, tooMany);
    expect(limited.headers['retry-after']).toBe('20');
    expect(limited.headers['x-rate-limit-reset']).toBe(new Date(harness.clock.now().getTime() + 20_000).toISOString());
    expect(await audited(harness, id, 'MFA_FAILED', 'USER_LIMIT')).toBe(1);
    harness.clock.advance({ seconds: 20 });
    expect((await smsEnroll(harness, { phoneNumber: newNumber(), mfaToken })).statusCode).toBe(201);
  });

  test('503 when the provider was taken away after SMS was switched on', async () => {
    const sending = await openSmsHarness();
    const { mfaToken } = await forcedUser(sending, 'gone');
    const delivery = { email: { available: true }, sms: { available: false, reason: 'gone' }, send: async () => undefined } as const;
    const without = await openHarness({ databaseUrl: databaseForAnother(sending), clock: sending.clock, ports: { delivery }, sms: true });
    const unavailable = refusal('SMS could not be sent', 'ER-01037');
    expectRefusal(await smsEnroll(without, { phoneNumber: newNumber(), mfaToken }), 503, unavailable);
    await without.close();
    await sending.close();
  });
});

describe('sms/enroll/verify', () => {
  test('201: enrolls the number, logs in with sms in the token, and shows a recovery code once', async () => {
    const { id, email, number, otcToken, code, mfaToken } = await enrolling('verify');
    const answer = await smsEnrollVerify(harness, { otcToken, code, mfaToken, rememberDevice: false });
    expect(answer.statusCode, answer.body).toBe(201);
    const body = answer.json();
    expect(body).toMatchObject({ mfaRequired: false, tokenType: 'bearer', recoveryCode: expect.stringMatching(/^([0-9A-Z]{5}-){4}[0-9A-Z]{5}$/) });
    expect(claimsOf(body.accessToken)).toMatchObject({
      acr: 'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
      amr: expect.arrayContaining(['mfa', 'sms']),
      auth_time: Math.floor(harness.clock.now().getTime() / 1000),
    });
    expect(answer.cookies.some(({ name }) => name.startsWith('fe_refresh_'))).toBe(true);
    expect(await audited(harness, id, 'FACTOR_ENROLLED')).toBe(1);
    await harness.app.outbox.flush();
    expect(harness.notices.filter((notice) => notice.to === email)).toMatchObject([{ kind: 'FACTOR_ADDED', strategy: 'SMS' }]);
    const login = (await logIn(harness, email)).json();
    expect(login).toMatchObject({
      mfaEnrolled: true,
      mfaDevices: { webauthn: [], phones: [{ id: expect.any(String), phoneNumber: masked(number) }], authenticators: [], emails: [] },
    });
  });

  test('400: fields are required texts', async () => {
    const url = `${identity}/auth/v1/user/mfa/sms/enroll/verify`;
    await expectTextsRequired(
      (body) => harness.send({ method: 'POST', url, ...(body === undefined ? {} : { body }) }),
      ['otcToken', 'code', 'mfaToken'],
    );
  });

  test('400: a code is six digits, a wrong one leaves the login as it is, five end it', async () => {
    const { id, email, otcToken, code, mfaToken } = await enrolling('verify-wrong');
    await expectOnlySixDigits((wrong) => smsEnrollVerify(harness, { otcToken, code: wrong, mfaToken }));
    for (let count = 1; count <= 4; count += 1) {
      expectRefusal(await smsEnrollVerify(harness, { otcToken, code: anotherCode(code, count), mfaToken }), 400, invalidCode);
    }
    expectRefusal(await smsEnrollVerify(harness, { otcToken: 'unknown', code, mfaToken }), 400, invalidCode, 'the fifth');
    expectRefusal(await smsEnrollVerify(harness, { otcToken, code, mfaToken }), 401, invalidMfaToken);
    const again = await outstanding(harness, email);
    expectRefusal(await smsEnrollVerify(harness, { otcToken, code, mfaToken: again.mfaToken }), 429, tooMany, 'whatever the login');
    expect(await countOf(harness, 'authenticators', id)).toBe(0);
    expect(await audited(harness, id, 'MFA_FAILED', 'INVALID_CODE')).toBe(5);
  });

  test('400: an expired code says so', async () => {
    const { otcToken, code, mfaToken } = await enrolling('verify-late');
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await smsEnrollVerify(harness, { otcToken, code, mfaToken }), 400, codeExpired);
  });

  test('401: the mfaToken is spent by success and dies with its time', async () => {
    const { otcToken, code, mfaToken } = await enrolling('verify-spent');
    expect((await smsEnrollVerify(harness, { otcToken, code, mfaToken })).statusCode).toBe(201);
    expectRefusal(await smsEnrollVerify(harness, { otcToken, code, mfaToken }), 401, invalidMfaToken);
    expectRefusal(await smsEnrollVerify(harness, { otcToken, code, mfaToken: 'unknown' }), 401, invalidMfaToken);
  });

  test('403: another login of the same user enrolled meanwhile', async () => {
    const { email, otcToken, code, mfaToken } = await enrolling('verify-second');
    const other = await outstanding(harness, email);
    harness.clock.advance({ seconds: 30 });
    const number = newNumber();
    const sent = (await smsEnroll(harness, { phoneNumber: number, mfaToken: other.mfaToken })).json();
    const answer = { otcToken: sent.otcToken, code: await textedCode(harness, number), mfaToken: other.mfaToken };
    expect((await smsEnrollVerify(harness, answer)).statusCode).toBe(201);
    expectRefusal(await smsEnrollVerify(harness, { otcToken, code, mfaToken }), 403, alreadyEnrolled);
  });
});
