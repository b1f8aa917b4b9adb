import { afterAll, beforeAll, expect, test } from 'vitest';
import { enroll, logIn, mfaTokenFor, setStrategy, totp, wrongTotp } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, start } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, deviceCookie, enrollVerify, loggedIn, logOut, otcTokenFor, refresh, verifyApp } from '../../support/requests.ts';

const clock = new HandClock(start);
const day = 86_400;
let database: { url: string; drop: () => Promise<void> };
let harness: Harness;
const open = async () => {
  harness = await openInstances({ databaseUrl: database.url, clock, settings: { AUDIT_RETENTION_DAYS: '3' } });
};
beforeAll(async () => {
  database = await openDatabase();
  await open();
  await setStrategy(harness, 'EmailCode', true);
});
afterAll(async () => {
  await harness.close();
  await database.drop();
});

/** Lets time pass and starts the server anew, which purges. */
async function restartAfter(seconds: number): Promise<void> {
  await harness.close();
  clock.advance({ seconds });
  await open();
}
const rowsOf = async (table: string): Promise<number> => (await query(harness, `select 1 from ${table}`)).length;

test('R15 after a start nothing is left of logins, codes, messages, limits and events whose time is over', async () => {
  const user = await createForcedUser(harness, 'ended');
  const { refreshToken } = await enroll(harness, user.email);
  await refresh(harness, refreshToken);
  await otcTokenFor(harness, await mfaTokenFor(harness, user.email));
  await harness.app.outbox.flush();
  await logOut(harness, refreshToken);
  const tables = ['challenges', 'one_time_codes', 'outbox', 'budgets', 'sessions', 'refresh_tokens', 'audit_events'];
  for (const table of tables) expect(await rowsOf(table), table).toBeGreaterThan(0);
  await restartAfter(8 * day);
  for (const table of tables) expect(await rowsOf(table), table).toBe(0);
});

test('R15 what is still valid outlives every purge: a session, a remembered device, and the count of wrong codes', async () => {
  const policy = { allowRememberMyDevice: true, mfaDeviceExpiration: 399 * day };
  const user = await createForcedUser(harness, 'living', policy);
  const { mfaToken, secret } = await loggedIn(harness, user.email);
  const answer = await enrollVerify(harness, mfaToken, totp(harness, secret), { rememberDevice: true });
  const cookie = `${deviceCookie}=${answer.cookies.find(({ name }) => name === deviceCookie)?.value}`;
  const { refreshToken } = answer.json<{ refreshToken: string }>();
  // Wrong codes in a row end the factor at a hundred, however long a guesser waits between them.
  let wrong = 0;
  const guess = async (): Promise<number> =>
    (await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, secret))).statusCode;
  const guesses = async (rounds: number): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      for (let tries = 0; tries < 5; tries += 1) wrong += (await guess()) === 400 ? 1 : 0;
      clock.advance({ seconds: 901 });
    }
  };
  await guesses(14);
  expect(wrong).toBe(70);
  await restartAfter(28 * day);
  expect((await refresh(harness, refreshToken)).statusCode).toBe(200);
  await restartAfter(370 * day);
  expect((await logIn(harness, user.email, cookie)).json()).toMatchObject({ mfaRequired: false });
  await guesses(7);
  expect(wrong).toBe(100);
  expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(429);
}, 120_000);
