import { afterAll, beforeAll, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, mfaTokenFor, totp } from '../support/builders.ts';
import { sendLoginCode, setEmailCodeLogin } from '../support/first-factors.ts';
import type { Harness } from '../support/harness.ts';
import { openHarness } from '../support/harness.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { freshDatabase } from '../support/postgres.ts';
import { createForcedUser, verifyApp } from '../support/requests.ts';
import type { CountedServer } from '../support/round-trips.ts';
import { countRoundTrips } from '../support/round-trips.ts';

let database: TestDatabase;
let server: CountedServer;
let harness: Harness;
beforeAll(async () => {
  database = await freshDatabase();
  server = await countRoundTrips(database.url);
  harness = await openHarness({ databaseUrl: server.url });
});
afterAll(async () => {
  await harness.close();
  await server.close();
  await database.drop();
});

/** The fewest round trips of several runs, because the outbox looks for messages at any time. */
async function fewest(runs: (() => Promise<unknown>)[]): Promise<number> {
  const counts: number[] = [];
  for (const run of runs) {
    const before = server.count();
    await run();
    counts.push(server.count() - before);
  }
  return Math.min(...counts);
}

test('a code of an authenticator app completes a login in four round trips to PostgreSQL', async () => {
  const user = await createForcedUser(harness, 'trips');
  const { secret } = await enroll(harness, user.email);
  const tokens: string[] = [];
  for (let index = 0; index < 6; index += 1) tokens.push(await mfaTokenFor(harness, user.email));
  const runs = tokens.map((mfaToken) => async () => {
    harness.clock.advance({ seconds: 30 });
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
  });
  expect(await fewest(runs)).toBeLessThanOrEqual(4);
});

// One for the tenant that the header names, which may have been deleted since the request before, and one for the policy.
test('a policy is read in two round trips, over either transport', async () => {
  await createForcedUser(harness, 'trips-policy');
  const headers = await asEnvironment(harness, 'trips-policy');
  const rest = async () => expect((await harness.send({ url: `${identity}/configurations/v1/mfa-policy`, headers })).statusCode).toBe(200);
  const graphql = async () => expect((await harness.graphql('{ mfaPolicy { id } }', {}, headers)).errors).toBeUndefined();
  expect(await fewest([rest, rest, rest])).toBe(2);
  expect(await fewest([graphql, graphql, graphql])).toBe(2);
});

test('a session is refreshed in two round trips', async () => {
  const user = await createForcedUser(harness, 'trips-refresh');
  let { refreshToken } = await enroll(harness, user.email);
  const refresh = async () => {
    // Beyond the grace, in which a token is answered with the one that took its place.
    harness.clock.advance({ seconds: 20 });
    const mutation =
      'mutation ($refreshToken: String!) { refreshSession(input: { refreshToken: $refreshToken }) { ... on RefreshSessionSuccess { session { refreshToken } } } }';
    const { data } = await harness.graphql(mutation, { refreshToken });
    refreshToken = (data as { refreshSession: { session: { refreshToken: string } } }).refreshSession.session.refreshToken;
  };
  expect(await fewest([refresh, refresh, refresh])).toBe(2);
});

// The captcha policy is read beside the user and the environment.
test('a login by password, and the sending of a login code, take nine round trips, because the captcha policy costs none', async () => {
  const user = await createUserInTenant(harness, 'trips-password');
  const logsIn = async () => expect((await logIn(harness, user.email)).statusCode).toBe(200);
  expect(await fewest([logsIn, logsIn, logsIn, logsIn])).toBeLessThanOrEqual(9);
  await setEmailCodeLogin(harness, true);
  const sends = async () => expect((await sendLoginCode(harness, { email: user.email })).statusCode).toBe(201);
  expect(await fewest([sends, sends, sends])).toBeLessThanOrEqual(9);
});
