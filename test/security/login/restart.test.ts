import { afterAll, beforeAll, expect, test } from 'vitest';
import { enroll, logIn, mailedCode, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { wrongCodes } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, start } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import {
  createForcedUser,
  deviceCookie,
  enrollApp,
  enrollVerify,
  loggedIn,
  me,
  otcTokenFor,
  refresh,
  sendMail,
  verifyApp,
  verifyMail,
} from '../../support/requests.ts';

const clock = new HandClock(start);
let database: { url: string; drop: () => Promise<void> };
let harness: Harness;
beforeAll(async () => {
  database = await openDatabase();
  harness = await openInstances({ databaseUrl: database.url, clock });
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(async () => {
  await harness.close();
  await database.drop();
});

/** A new process on the same database. */
async function restart(): Promise<void> {
  await harness.close();
  harness = await openInstances({ databaseUrl: database.url, clock });
}

test('R9 sessions, with their refresh tokens and replaced ones, survive a restart', async () => {
  const user = await createForcedUser(harness, 'restart-session');
  const first = await enroll(harness, user.email);
  const next = (await refresh(harness, first.refreshToken)).json<{ accessToken: string; refreshToken: string }>();
  await restart();
  expect((await me(harness, next.accessToken)).statusCode).toBe(200);
  const last = (await refresh(harness, next.refreshToken)).json<{ accessToken: string; refreshToken: string }>();
  clock.advance({ seconds: 11 });
  await restart();
  expect((await refresh(harness, first.refreshToken)).statusCode).toBe(401);
  await restart();
  expect((await refresh(harness, last.refreshToken)).statusCode).toBe(401);
  expect((await me(harness, last.accessToken)).statusCode).toBe(401);
});

test('R9 an enrollment survives, and so does the step it used', async () => {
  const user = await createForcedUser(harness, 'restart-factor');
  const { mfaToken, secret } = await loggedIn(harness, user.email);
  const code = totp(harness, secret);
  expect((await enrollVerify(harness, mfaToken, code)).statusCode).toBe(201);
  await restart();
  const next = await mfaTokenFor(harness, user.email);
  expect((await verifyApp(harness, next, code)).statusCode).toBe(400);
  clock.advance({ seconds: 30 });
  const newer = totp(harness, secret);
  expect((await verifyApp(harness, next, newer)).statusCode).toBe(201);
  await restart();
  expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), newer)).statusCode).toBe(400);
});

test('T06d a restart gives no guess back: five in all, however often the process starts anew', async () => {
  const user = await createForcedUser(harness, 'restart-budget');
  const { secret } = await enroll(harness, user.email);
  for (let tries = 0; tries < 5; tries += 1) {
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode).toBe(400);
    await restart();
  }
  expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(429);
  expect(await wrongCodes(harness, user.id)).toBe(5);
});

test('T06d a restart revives no mfaToken that five wrong codes have killed', async () => {
  const user = await createForcedUser(harness, 'restart-dead');
  const { secret } = await enroll(harness, user.email);
  const mfaToken = await mfaTokenFor(harness, user.email);
  for (let tries = 0; tries < 5; tries += 1) await verifyApp(harness, mfaToken, wrongTotp(harness, secret));
  await restart();
  expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(401);
});

test('T06d the number of messages is not reset either', async () => {
  const user = await createForcedUser(harness, 'restart-sends');
  const { mfaToken } = await loggedIn(harness, user.email);
  for (let sends = 0; sends < 5; sends += 1) expect((await sendMail(harness, mfaToken)).statusCode).toBe(201);
  await restart();
  expect((await sendMail(harness, mfaToken)).statusCode).toBe(429);
});

test('R9 a remembered device survives, and its end as well', async () => {
  const user = await createForcedUser(harness, 'restart-device', { allowRememberMyDevice: true, mfaDeviceExpiration: 86_400 });
  const { mfaToken, secret } = await loggedIn(harness, user.email);
  const answer = await enrollVerify(harness, mfaToken, totp(harness, secret), { rememberDevice: true });
  const cookie = `${deviceCookie}=${answer.cookies.find(({ name }) => name === deviceCookie)?.value}`;
  await restart();
  expect((await logIn(harness, user.email, cookie)).json()).toMatchObject({ mfaRequired: false });
  clock.advance({ seconds: 86_400 });
  expect((await logIn(harness, user.email, cookie)).json()).toMatchObject({ mfaRequired: true });
});

test('R9 logins under way survive: a pending mfaToken, its secret, its mailed code', async () => {
  const user = await createForcedUser(harness, 'restart-pending');
  const enrolling = await loggedIn(harness, user.email);
  const mailing = await mfaTokenFor(harness, user.email);
  const otcToken = await otcTokenFor(harness, mailing);
  const code = await mailedCode(harness, user.email);
  await restart();
  expect((await enrollApp(harness, enrolling.mfaToken)).json()).toMatchObject({ secret: enrolling.secret });
  expect((await verifyMail(harness, { mfaToken: mailing, otcToken, code })).statusCode).toBe(201);
  expect((await enrollVerify(harness, enrolling.mfaToken, totp(harness, enrolling.secret))).statusCode).toBe(201);
  await restart();
  for (const token of [mailing, enrolling.mfaToken]) expect((await verifyApp(harness, token, totp(harness, enrolling.secret))).statusCode).toBe(401);
});

test('R9 a message that was not delivered yet is delivered after the restart', async () => {
  const user = await createForcedUser(harness, 'restart-mail');
  await harness.close();
  const fails = {
    email: { available: true } as const,
    sms: { available: false, reason: 'no provider' },
    send: () => Promise.reject(new Error('no mail server')),
  };
  harness = await openInstances({ databaseUrl: database.url, clock, ports: { delivery: fails } });
  const mfaToken = await mfaTokenFor(harness, user.email);
  const otcToken = await otcTokenFor(harness, mfaToken);
  await harness.app.outbox.flush();
  expect(harness.mail).toEqual([]);
  await restart();
  clock.advance({ seconds: 61 });
  expect((await verifyMail(harness, { mfaToken, otcToken, code: await mailedCode(harness, user.email) })).statusCode).toBe(201);
});

test('R9 the keys that sign survive: the same key set, before and after', async () => {
  const keys = async () => (await harness.send({ url: '/.well-known/jwks.json' })).json();
  const before = await keys();
  const token = await harness.environmentToken();
  await restart();
  expect(await keys()).toEqual(before);
  const answer = await harness.send({ url: '/identity/resources/configurations/v1/mfa', headers: { authorization: `Bearer ${token}` } });
  expect(answer.statusCode).toBe(200);
});
