import { expect, test } from 'vitest';
import { createUserInTenant, identity } from '../../support/builders.ts';
import { audited, execute } from '../../support/database.ts';
import { resetPassword } from '../../support/first-factors.ts';
import { documents, mutation } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { givePhone } from '../../support/phones.ts';
import { call, codeExpired, expectRefusal, faults, invalidCode, opaqueToken, tooMany } from '../../support/rest.ts';
import { anotherCode, newNumber, textedCode, textsTo } from '../../support/sms.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true, settings: { LIMIT_SMS_ADDRESS_PER_HOUR: '1000' } }));

const newPassword = 'an entirely new password';
const ask = (body: object) => call(harness, 'POST', '/users/v2/passwords/reset/sms', { body });
const verify = (body: object) => call(harness, 'POST', '/users/v2/passwords/reset/sms/verify', { body });
const logInWith = (email: string, password: string) => harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password } });

const withPhone = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { ...user, number: (await givePhone(harness, user.id)).number };
};

test('a code to the phone leads to a token that sets a new password once, and opens no session', async () => {
  const { id, email, number } = await withPhone('sms-reset');
  for (const body of [{ email }, { identifier: email, identifierType: 'email' }, { identifier: number, identifierType: 'phoneNumber' }]) {
    const sent = await ask(body);
    expect([sent.statusCode, sent.json()]).toEqual([200, { sessionId: expect.stringMatching(opaqueToken) }]);
    expect(sent.headers['set-cookie']).toBeUndefined();
    const otcToken = await textedCode(harness, number);
    const verified = await verify({ otcToken, ...sent.json() });
    expect([verified.statusCode, verified.json()]).toEqual([200, { userId: id, token: expect.stringMatching(opaqueToken) }]);
    expectRefusal(await verify({ otcToken, ...sent.json() }), 400, invalidCode);
    const password = `${newPassword} ${otcToken}`;
    const reset = { ...verified.json<{ userId: string; token: string }>(), password };
    expect((await resetPassword(harness, reset)).statusCode).toBe(201);
    expect((await resetPassword(harness, reset)).statusCode).toBe(400);
    expect((await logInWith(email, password)).statusCode).toBe(200);
    harness.clock.advance({ seconds: 31 });
  }
  expect(await audited(harness, id, 'PASSWORD_RESET_REQUESTED')).toBe(3);
});

test('nobody learns who exists and who has a phone, and nobody gets a text who has none', async () => {
  const { email } = await createUserInTenant(harness, 'sms-reset-none');
  const locked = await withPhone('sms-reset-locked');
  await execute(harness, 'update users set locked = true where id = $1', [locked.id]);
  for (const body of [
    { email: 'nobody@acme.example' },
    { email },
    { email: locked.email },
    { identifier: newNumber(), identifierType: 'phoneNumber' },
  ]) {
    const sent = await ask(body);
    expect([sent.statusCode, sent.json()]).toEqual([200, { sessionId: expect.stringMatching(opaqueToken) }]);
    expectRefusal(await verify({ otcToken: '123456', ...sent.json() }), 400, invalidCode);
  }
  expect(await textsTo(harness, locked.number)).toEqual([]);
});

test('wrong, expired and foreign codes are refused, and so is one whose number is gone', async () => {
  const user = await withPhone('sms-reset-wrong');
  const sent = (await ask({ email: user.email })).json<{ sessionId: string }>();
  const code = await textedCode(harness, user.number);
  expectRefusal(await verify({ otcToken: anotherCode(code), ...sent }), 400, invalidCode);
  expectRefusal(await verify({ otcToken: code, sessionId: 'x' }), 400, invalidCode);
  expectRefusal(await verify({ otcToken: 'abc', ...sent }), 400, invalidCode);
  expectRefusal(await verify({ otcToken: '', ...sent }), 400, faults('otcToken should not be empty'));
  await execute(harness, 'update user_phones set verified = false where user_id = $1', [user.id]);
  expectRefusal(await verify({ otcToken: code, ...sent }), 400, invalidCode);
  await execute(harness, 'update user_phones set verified = true where user_id = $1', [user.id]);
  harness.clock.advance({ seconds: 300 });
  expectRefusal(await verify({ otcToken: code, ...sent }), 400, codeExpired);
});

test('five wrong codes end it', async () => {
  const user = await withPhone('sms-reset-guess');
  const sent = (await ask({ email: user.email })).json<{ sessionId: string }>();
  const code = await textedCode(harness, user.number);
  for (let guess = 1; guess <= 5; guess += 1) expectRefusal(await verify({ otcToken: anotherCode(code, guess), ...sent }), 400, invalidCode);
  expect((await verify({ otcToken: code, ...sent })).statusCode).toBeGreaterThanOrEqual(400);
});

test('a person is asked for thirty seconds of patience, known or not', async () => {
  const { email } = await withPhone('sms-reset-limit');
  for (const named of [email, 'nobody-sms@acme.example']) {
    expect((await ask({ email: named })).statusCode).toBe(200);
    expectRefusal(await ask({ email: named }), 429, tooMany, named);
  }
});

test('the same over GraphQL, and the strategies are told', async () => {
  const { id, email, number } = await withPhone('sms-reset-graphql');
  const sent = await harness.graphql(mutation('requestPasswordResetBySms', 'sessionId'), { input: { email } });
  const [{ sessionId }] = Object.values(sent.data ?? {}) as [{ sessionId: string }];
  const verified = await harness.graphql(mutation('verifyPasswordResetSms', 'userId token'), {
    input: { sessionId, code: await textedCode(harness, number) },
  });
  const [{ userId, token }] = Object.values(verified.data ?? {}) as [{ userId: string; token: string }];
  expect(userId).toBe(id);
  const reset = await harness.graphql(documents.resetPassword, { input: { userId, token, password: newPassword } });
  expect(JSON.stringify(reset.data)).toContain('ResetPasswordSuccess');
  expect((await call(harness, 'GET', '/configurations/v1/password-recovery/strategies')).json()).toEqual([
    { strategy: 'Email', isActive: true },
    { strategy: 'Sms', isActive: true },
  ]);
});
