import { describe, expect, test } from 'vitest';
import { asEnvironment, identity, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { audited, countOf, databaseForAnother } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, claimsOf, codeExpired, expectRefusal, invalidCode, invalidMfaToken, opaqueToken, refusal, tooMany } from '../../support/rest.ts';
import { expectOnlySixDigits, expectTextsRequired } from '../../support/second-factor.ts';
import {
  addPhone,
  anotherCode,
  masked,
  openSmsHarness,
  outstanding,
  phoneUser,
  sentCode,
  smsSend,
  smsVerify,
  textedCode,
  textsTo,
} from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openSmsHarness);

const noDevice = refusal('Device not found');

/** A user with a phone, and a code on its way for a login. */
async function verifying(name: string) {
  const user = await phoneUser(harness, name);
  const { mfaToken } = await outstanding(harness, user.email);
  return { ...user, ...(await sentCode(harness, user, mfaToken)) };
}

describe('sms/{deviceId}', () => {
  test('201: sends a code to the phone and answers a token and the number masked', async () => {
    const user = await phoneUser(harness, 'send');
    const { mfaToken, phones } = await outstanding(harness, user.email);
    expect(phones).toEqual([{ id: user.deviceId, phoneNumber: masked(user.number) }]);
    const before = (await textsTo(harness, user.number)).length;
    const answer = await smsSend(harness, user.deviceId, { mfaToken });
    const body = { otcToken: expect.stringMatching(opaqueToken), phoneNumber: masked(user.number) };
    expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 201, body });
    expect(await textsTo(harness, user.number)).toHaveLength(before + 1);
    expect(await audited(harness, user.id, 'CODE_SENT')).toBe(2);
  });

  test('400: the mfaToken is a required text', async () => {
    const url = `${identity}/auth/v1/user/mfa/sms/some-id`;
    await expectTextsRequired((body) => harness.send({ method: 'POST', url, ...(body === undefined ? {} : { body }) }), ['mfaToken']);
  });

  test('401: an mfaToken that is unknown, or expired', async () => {
    const user = await phoneUser(harness, 'send-expired');
    const { mfaToken } = await outstanding(harness, user.email);
    expectRefusal(await smsSend(harness, user.deviceId, { mfaToken: 'unknown' }), 401, invalidMfaToken);
    harness.clock.advance({ seconds: 601 });
    expectRefusal(await smsSend(harness, user.deviceId, { mfaToken }), 401, invalidMfaToken);
  });

  test('404: a device of nobody, of somebody else, or of another kind; nothing is sent', async () => {
    const [user, other] = [await phoneUser(harness, 'send-own'), await phoneUser(harness, 'send-other')];
    const { mfaToken } = await outstanding(harness, user.email);
    const before = (await textsTo(harness, other.number)).length;
    for (const deviceId of ['unknown', '__proto__', other.deviceId]) {
      expectRefusal(await smsSend(harness, deviceId, { mfaToken }), 404, noDevice, deviceId);
      expectRefusal(await smsVerify(harness, deviceId, { mfaToken, otcToken: 'x', code: '123456' }), 404, noDevice, deviceId);
    }
    expect(await textsTo(harness, other.number)).toHaveLength(before);
  });

  test('a phone keeps verifying after SMS was switched off: no setting locks anybody out', async () => {
    const user = await phoneUser(harness, 'send-off');
    await setStrategy(harness, 'SMS', false, user.tenantId);
    const { mfaToken } = await outstanding(harness, user.email);
    const sent = await sentCode(harness, user, mfaToken);
    expect((await smsVerify(harness, user.deviceId, sent)).statusCode).toBe(201);
  });

  test('503 when there is no provider any more', async () => {
    const user = await phoneUser(harness, 'send-gone');
    const { mfaToken } = await outstanding(harness, user.email);
    const without = await openHarness({ databaseUrl: databaseForAnother(harness), clock: harness.clock });
    expectRefusal(await smsSend(without, user.deviceId, { mfaToken }), 503, refusal('SMS could not be sent', 'ER-01037'));
    await without.close();
  });

  test('the life of a code is the one set for SMS, at most ten minutes', async () => {
    const own = await openSmsHarness();
    const set = async (tokenLifetimeSeconds: number) =>
      call(own, 'POST', '/configurations/v1/mfa', { headers: await asEnvironment(own), body: { sms: { active: true, tokenLifetimeSeconds } } });
    await set(900);
    const user = await phoneUser(own, 'life');
    const { mfaToken } = await outstanding(own, user.email);
    const sent = await sentCode(own, user, mfaToken);
    expect(own.mail.at(-1)).toMatchObject({ template: 'SMS_CODE', lifetimeSeconds: 600, product: 'Sallyport' });
    own.clock.advance({ seconds: 599 });
    expect((await smsVerify(own, user.deviceId, sent)).statusCode).toBe(201);
    await own.close();
  });
});

describe('sms/{deviceId}/verify', () => {
  test('201: logs in with sms in the token, without a recovery code, and remembers the device where allowed', async () => {
    const { id, deviceId, tenantId, email, ...sent } = await verifying('verify');
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 86_400 }, tenantId);
    const answer = await smsVerify(harness, deviceId, { ...sent, rememberDevice: true });
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).not.toHaveProperty('recoveryCode');
    expect(claimsOf(answer.json().accessToken)).toMatchObject({ amr: expect.arrayContaining(['mfa', 'sms']), auth_time: expect.any(Number) });
    const device = answer.cookies.find(({ name }) => name.startsWith('fe_device_'));
    expect((await logIn(harness, email, `${device?.name}=${device?.value}`)).json()).toMatchObject({ mfaRequired: false });
    expect(await audited(harness, id, 'MFA_SUCCEEDED')).toBe(2);
  });

  test('400: fields are required texts', async () => {
    const url = `${identity}/auth/v1/user/mfa/sms/some-id/verify`;
    await expectTextsRequired(
      (body) => harness.send({ method: 'POST', url, ...(body === undefined ? {} : { body }) }),
      ['otcToken', 'code', 'mfaToken'],
    );
  });

  test('400: a code is six digits, a wrong one leaves the login as it is, five end it', async () => {
    const { deviceId, email, otcToken, code, mfaToken } = await verifying('verify-wrong');
    await expectOnlySixDigits((wrong) => smsVerify(harness, deviceId, { otcToken, code: wrong, mfaToken }));
    for (let count = 1; count <= 5; count += 1) {
      expectRefusal(await smsVerify(harness, deviceId, { otcToken, code: anotherCode(code, count), mfaToken }), 400, invalidCode);
    }
    expectRefusal(await smsVerify(harness, deviceId, { otcToken, code, mfaToken }), 401, invalidMfaToken);
    const again = await outstanding(harness, email);
    const limited = await smsVerify(harness, deviceId, { otcToken, code, mfaToken: again.mfaToken });
    expectRefusal(limited, 429, tooMany);
    expect(limited.headers['retry-after']).toBe('900');
  });

  test('400: an expired code says so, and a new one can be sent for the same login', async () => {
    const { deviceId, number, ...sent } = await verifying('verify-late');
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await smsVerify(harness, deviceId, sent), 400, codeExpired);
    expect((await smsVerify(harness, deviceId, await sentCode(harness, { deviceId, number }, sent.mfaToken))).statusCode).toBe(201);
  });

  test('a code serves a step-up as well, and raises the session', async () => {
    const user = await phoneUser(harness, 'step-up');
    harness.clock.advance({ seconds: 30 });
    const headers = { authorization: `Bearer ${user.accessToken}` };
    const begun = (await call(harness, 'POST', '/auth/v1/user/step-up/generate', { headers, body: { maxAge: 10 } })).json();
    expect(begun.mfaDevices.phones).toEqual([{ id: user.deviceId, phoneNumber: masked(user.number) }]);
    const raised = await smsVerify(harness, user.deviceId, await sentCode(harness, user, begun.mfaToken));
    expect(raised.statusCode, raised.body).toBe(201);
    expect(claimsOf(raised.json().accessToken)).toMatchObject({ auth_time: Math.floor(harness.clock.now().getTime() / 1000) });
  });

  test('with two phones each code proves the phone it was sent to, and sending to one voids the code of the other', async () => {
    const user = await phoneUser(harness, 'two');
    const second = await addPhone(harness, user);
    const { mfaToken, phones } = await outstanding(harness, user.email);
    expect(phones.map(({ id }) => id)).toEqual([user.deviceId, second.deviceId]);
    const first = await sentCode(harness, user, mfaToken);
    expectRefusal(await smsVerify(harness, second.deviceId, first), 400, invalidCode, 'the code of the first with the second');
    harness.clock.advance({ seconds: 30 });
    const other = await sentCode(harness, second, mfaToken);
    expectRefusal(await smsVerify(harness, user.deviceId, first), 400, invalidCode, 'void');
    expect((await smsVerify(harness, second.deviceId, other)).statusCode).toBe(201);
    expect(await textedCode(harness, second.number)).toBe(other.code);
    expect(await countOf(harness, 'authenticators', user.id)).toBe(2);
  });
});
