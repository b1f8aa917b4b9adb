import { beforeAll, describe, expect, test } from 'vitest';
import { createUserInTenant, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { setCore } from '../../support/passwordless.ts';
import { givePhone, logInBySms, sendSmsLogin, smsLoginFor } from '../../support/phones.ts';
import { enrollApp, verifyApp } from '../../support/requests.ts';
import {
  claimsOf,
  codeExpired,
  expectRefusal,
  faults,
  forbidden,
  invalidCode,
  invalidType,
  opaqueToken,
  refusal,
  setCookie,
  tooMany,
} from '../../support/rest.ts';
import { enrolled, expectOnlySixDigits } from '../../support/second-factor.ts';
import { anotherCode, forcedUser, masked, newNumber, outstanding, phoneUser, smsEnroll, smsSend, smsVerify, textsTo } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true, settings: { LIMIT_SMS_ADDRESS_PER_HOUR: '1000' } }));
beforeAll(() => setCore(harness, { authStrategy: 'SmsCode' }));

const noPhone = refusal('User does not have a phone number');
const withPhone = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { ...user, ...(await givePhone(harness, user.id)), userId: user.id };
};

describe('asking for a code', () => {
  test('by address, user name, id or number: 201 with the masked number, a cookie, and a text', async () => {
    const user = await withPhone('text-ask');
    const names = [
      { email: user.email },
      { username: 'TEXT-ASK@acme.example' },
      { userId: user.userId },
      { phoneNumber: user.number.replace('+44', '+44 ') },
    ];
    for (const body of names) {
      const answer = await sendSmsLogin(harness, body);
      expect([answer.statusCode, answer.json()]).toEqual([201, { phoneNumber: masked(user.number) }]);
      expect(setCookie(answer, 'fe_code_')).toMatchObject({
        value: expect.stringMatching(opaqueToken),
        ...{ maxAge: 300, httpOnly: true, secure: true, path: '/', sameSite: 'Lax' },
      });
      harness.clock.advance({ seconds: 31 });
    }
    expect(await textsTo(harness, user.number)).toHaveLength(4);
    expect(await audited(harness, user.userId, 'CODE_SENT', 'LOGIN')).toBe(4);
  });

  test('an unknown user, one without a phone, one whose number is not verified and a locked one get the same refusal and no text', async () => {
    const { email } = await createUserInTenant(harness, 'text-none');
    const locked = await withPhone('text-locked');
    await execute(harness, 'update users set locked = true where id = $1', [locked.userId]);
    const unverified = await withPhone('text-unverified');
    await execute(harness, 'update user_phones set verified = false where user_id = $1', [unverified.userId]);
    const named = [{ email: 'nobody@acme.example' }, { email }, { email: locked.email }, { email: unverified.email }];
    for (const body of [...named, { phoneNumber: newNumber() }, { phoneNumber: unverified.number }, { phoneNumber: 'no number' }]) {
      const answer = await sendSmsLogin(harness, body);
      expectRefusal(answer, 400, noPhone, JSON.stringify(body));
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    for (const { number } of [locked, unverified]) expect(await textsTo(harness, number)).toEqual([]);
  });

  test('the code goes to the number that was verified and added last, and a person who names another gets none', async () => {
    const user = await withPhone('text-two');
    harness.clock.advance({ seconds: 1 });
    const { number } = await givePhone(harness, user.userId);
    expect((await sendSmsLogin(harness, { email: user.email })).json()).toEqual({ phoneNumber: masked(number) });
    expectRefusal(await sendSmsLogin(harness, { phoneNumber: user.number }), 400, noPhone);
    expect(await textsTo(harness, user.number)).toEqual([]);
  });

  test('once in thirty seconds for each name, known or not; then 429', async () => {
    const user = await withPhone('text-limit');
    expect((await sendSmsLogin(harness, { email: user.email })).statusCode).toBe(201);
    expectRefusal(await sendSmsLogin(harness, { email: user.email }), 429, tooMany);
    expectRefusal(await sendSmsLogin(harness, { email: 'nobody-limit@acme.example' }), 400, noPhone);
    expectRefusal(await sendSmsLogin(harness, { email: 'nobody-limit@acme.example' }), 429, tooMany);
  });

  test('strangers who ask for codes use up nothing of the second factor', async () => {
    await setStrategy(harness, 'SMS', true);
    const forced = await forcedUser(harness, 'text-strangers');
    const number = newNumber();
    await givePhone(harness, forced.id, number);
    for (let asked = 0; asked < 5; asked += 1) {
      expect((await sendSmsLogin(harness, { email: forced.email })).statusCode).toBe(201);
      harness.clock.advance({ seconds: 31 });
    }
    expectRefusal(await sendSmsLogin(harness, { email: forced.email }), 429, tooMany);
    const sent = await smsEnroll(harness, { mfaToken: forced.mfaToken, phoneNumber: number });
    expect(sent.statusCode).toBe(201);
  });

  test('refusals: nobody named, pages of strangers, switched off', async () => {
    expectRefusal(await sendSmsLogin(harness, {}), 400, faults('email should not be empty'));
    expectRefusal(await sendSmsLogin(harness, { email: 'a@b.example' }, { origin: 'https://evil.example' }), 403, forbidden);
    const user = await withPhone('text-off');
    const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
    await setCore(harness, { authStrategy: 'Code' });
    const off = refusal('Invalid authentication type, SMS code authentication should be enabled', 'ER-01012');
    expectRefusal(await sendSmsLogin(harness, { email: user.email }), 400, off);
    expectRefusal(await logInBySms(harness, code, cookie), 400, refusal('Invalid authentication type', 'ER-01012'));
    await setCore(harness, { authStrategy: 'SmsCode' });
    expect((await logInBySms(harness, code, cookie)).statusCode).toBe(201);
  });
});

describe('logging in', () => {
  test('opens a session that states no second factor, once', async () => {
    const user = await withPhone('text-in');
    const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
    const answer = await logInBySms(harness, `${code.slice(0, 3)} ${code.slice(3)}`, cookie);
    expect([answer.statusCode, answer.json().mfaRequired]).toEqual([201, false]);
    const claims = claimsOf(answer.json().accessToken);
    expect([claims.email, claims.acr, claims.amr]).toEqual([user.email, undefined, undefined]);
    expect(await query(harness, 'select first_factor, amr from sessions where user_id = $1', [user.userId])).toMatchObject([
      { first_factor: 'SMS_CODE' },
    ]);
    expectRefusal(await logInBySms(harness, code, cookie), 400, invalidCode);
  });

  test('needs the browser that asked, the right code and a code that has not expired', async () => {
    const user = await withPhone('text-wrong');
    const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
    expectRefusal(await logInBySms(harness, code), 400, invalidCode);
    expectRefusal(await logInBySms(harness, code, 'fe_code_6da273731572444fb3c5ef702ce65123=x'), 400, invalidCode);
    expectRefusal(await logInBySms(harness, anotherCode(code), cookie), 400, invalidCode);
    await expectOnlySixDigits((token) => logInBySms(harness, token, cookie));
    harness.clock.advance({ seconds: 301 });
    expectRefusal(await logInBySms(harness, code, cookie), 400, codeExpired);
  });

  test('five wrong codes end the code', async () => {
    const user = await withPhone('text-guess');
    const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
    for (let guess = 1; guess <= 5; guess += 1) expectRefusal(await logInBySms(harness, anotherCode(code, guess), cookie), 400, invalidCode);
    expect((await logInBySms(harness, code, cookie)).statusCode).toBeGreaterThanOrEqual(400);
    expect(await audited(harness, user.userId, 'LOGIN_SUCCEEDED')).toBe(0);
  });

  test('a code is worth nothing once its number was removed, or another one was added', async () => {
    const removed = await withPhone('text-removed');
    const first = await smsLoginFor(harness, removed.email, removed.number);
    await execute(harness, 'delete from user_phones where user_id = $1', [removed.userId]);
    expectRefusal(await logInBySms(harness, first.code, first.cookie), 400, invalidCode);
    const changed = await withPhone('text-changed');
    const second = await smsLoginFor(harness, changed.email, changed.number);
    harness.clock.advance({ seconds: 1 });
    await givePhone(harness, changed.userId);
    expectRefusal(await logInBySms(harness, second.code, second.cookie), 400, invalidCode);
  });

  test('whose address is not verified is refused, unless the environment lets such users in', async () => {
    const user = await withPhone('text-address');
    await execute(harness, 'update users set verified = false where id = $1', [user.userId]);
    const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
    expect((await logInBySms(harness, code, cookie)).json()).toMatchObject({ errorCode: 'ER-01060' });
    await setCore(harness, { allowNotVerifiedUsersLogin: true });
    const answer = await logInBySms(harness, code, cookie);
    await setCore(harness, { allowNotVerifiedUsersLogin: false });
    expect([answer.statusCode, await query(harness, 'select verified from users where id = $1', [user.userId])]).toEqual([
      201,
      [{ verified: expect.toBeOneOf([0, false]) }],
    ]);
  });

  test('is not followed by a second factor by text message: one that is enrolled is not offered and not taken, whatever its number', async () => {
    const user = await phoneUser(harness, 'text-then-text');
    const login = await givePhone(harness, user.id, newNumber());
    const { code, cookie } = await smsLoginFor(harness, user.email, login.number);
    const { mfaToken } = (await logInBySms(harness, code, cookie)).json<{ mfaToken: string }>();
    expect(mfaToken).toMatch(opaqueToken);
    expectRefusal(await smsSend(harness, user.deviceId, { mfaToken }), 400, invalidType);
    expectRefusal(await smsVerify(harness, user.deviceId, { mfaToken, otcToken: 'x', code: '123456' }), 400, invalidType);
    expect(await textsTo(harness, user.number)).toHaveLength(1);
    // The password proves something else, so the text follows it as before.
    harness.clock.advance({ seconds: 60 });
    expect((await smsSend(harness, user.deviceId, await outstanding(harness, user.email))).statusCode).toBe(201);
  });

  test('whoever has to enroll cannot enroll a phone after it', async () => {
    await setStrategy(harness, 'SMS', true);
    const user = await withPhone('text-enroll');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
    const { mfaToken } = (await logInBySms(harness, code, cookie)).json<{ mfaToken: string }>();
    expectRefusal(await smsEnroll(harness, { mfaToken, phoneNumber: newNumber() }), 400, invalidType);
    expect((await enrollApp(harness, mfaToken)).statusCode).toBe(201);
  });

  test('asks who has an app for its code, and the session states both factors', async () => {
    const { id, email, secret } = await enrolled(harness, 'text-app');
    const { number } = await givePhone(harness, id);
    const { code, cookie } = await smsLoginFor(harness, email, number);
    const challenge = await logInBySms(harness, code, cookie);
    expect(challenge.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: true });
    expect(challenge.body).not.toMatch(/accessToken/);
    harness.clock.advance({ seconds: 30 });
    const { mfaToken } = challenge.json<{ mfaToken: string }>();
    const done = await verifyApp(harness, mfaToken, totp(harness, secret));
    expect(claimsOf(done.json<{ accessToken: string }>().accessToken).amr).toEqual(expect.arrayContaining(['sms', 'otp', 'mfa']));
  });
});

test('two requests with one code at once open one session', async () => {
  const user = await withPhone('text-race');
  const { code, cookie } = await smsLoginFor(harness, user.email, user.number);
  const answers = await Promise.all([logInBySms(harness, code, cookie), logInBySms(harness, code, cookie)]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 400]);
  expect(await audited(harness, user.userId, 'LOGIN_SUCCEEDED')).toBe(1);
});
