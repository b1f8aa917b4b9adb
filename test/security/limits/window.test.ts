import { expect, test } from 'vitest';
import { enroll, identity, mfaTokenFor, totp } from '../../support/builders.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, enrollVerify, loggedIn, refresh, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

test.each([
  [-90, 400],
  [-60, 400],
  [-30, 201],
  [0, 201],
  [30, 201],
  [60, 400],
  [90, 400],
])('T04 the code of the step %d seconds from now answers %d', async (offset, status) => {
  const { email } = await createForcedUser(harness, `window${offset}`);
  const { secret } = await enroll(harness, email);
  harness.clock.advance({ seconds: 120 });
  expect((await verifyApp(harness, await mfaTokenFor(harness, email), totp(harness, secret, offset))).statusCode).toBe(status);
});

test.each([
  [-60, 400],
  [-30, 201],
  [30, 201],
  [60, 400],
])('T04 at enrollment the code of the step %d seconds from now answers %d', async (offset, status) => {
  const { email } = await createForcedUser(harness, `window-enroll${offset}`);
  const { mfaToken, secret } = await loggedIn(harness, email);
  expect((await enrollVerify(harness, mfaToken, totp(harness, secret, offset))).statusCode).toBe(status);
});

test('T04 a time claimed by the client changes nothing', async () => {
  const { email } = await createForcedUser(harness, 'window-claimed');
  const { secret } = await enroll(harness, email);
  harness.clock.advance({ seconds: 600 });
  const then = new Date(harness.clock.now().getTime() - 300_000);
  const mfaToken = await mfaTokenFor(harness, email);
  const seconds = then.getTime() / 1000;
  const answer = await harness.send({
    method: 'POST',
    url: `${identity}/auth/v1/user/mfa/verify`,
    headers: { date: then.toUTCString(), 'x-date': then.toISOString(), 'x-request-time': String(seconds), 'if-modified-since': then.toUTCString() },
    body: { value: totp(harness, secret, -300), mfaToken, time: seconds, timestamp: seconds, epoch: seconds, now: then, date: then, window: 20 },
  });
  expect(answer.statusCode).toBe(400);
  expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
});

test('T05 when the clock steps back 10 minutes codes are refused without a fault, and work once time has caught up', async () => {
  const { email } = await createForcedUser(harness, 'clock-back');
  const { secret } = await enroll(harness, email);
  const used = totp(harness, secret);
  expect((await verifyApp(harness, await mfaTokenFor(harness, email), used)).statusCode).toBe(201);

  harness.clock.advance({ seconds: -600 });
  const mfaToken = await mfaTokenFor(harness, email);
  for (const code of [used, totp(harness, secret), totp(harness, secret, -30), totp(harness, secret, 30)]) {
    const answer = await verifyApp(harness, mfaToken, code);
    expect(answer.statusCode, answer.body).toBe(400);
    expect(answer.json()).toMatchObject({ errorCode: 'ER-01011' });
  }

  harness.clock.advance({ seconds: 1600 });
  expect((await verifyApp(harness, await mfaTokenFor(harness, email), totp(harness, secret))).statusCode).toBe(201);
});

test('T05 a guess budget used up before the clock stepped back stays used up', async () => {
  const { email } = await createForcedUser(harness, 'clock-budget');
  const { secret } = await enroll(harness, email);
  const burnt = await mfaTokenFor(harness, email);
  for (let tries = 0; tries < 5; tries += 1) expect((await verifyApp(harness, burnt, totp(harness, secret, 600))).statusCode).toBe(400);
  harness.clock.advance({ seconds: -7200 });
  expect((await verifyApp(harness, await mfaTokenFor(harness, email), totp(harness, secret))).statusCode).toBe(429);
  harness.clock.advance({ seconds: 7200 + 901 });
  expect((await verifyApp(harness, await mfaTokenFor(harness, email), totp(harness, secret))).statusCode).toBe(201);
});

test('T05 a refresh token replaced before the clock stepped back is not honored again', async () => {
  const { email } = await createForcedUser(harness, 'clock-refresh');
  const { refreshToken } = await enroll(harness, email);
  expect((await refresh(harness, refreshToken)).statusCode).toBe(200);
  harness.clock.advance({ seconds: -600 });
  expect((await refresh(harness, refreshToken)).statusCode).toBe(401);
  harness.clock.advance({ seconds: 600 });
});
