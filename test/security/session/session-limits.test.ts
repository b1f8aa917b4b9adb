import { expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, expectStatus, identity, mfaTokenFor, totp } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { createForcedUser, loggedIn, me, refresh, verifyApp } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const url = `${identity}/configurations/sessions/v1`;

type Parts = Partial<Record<'idle' | 'absolute' | 'sessions', number | null>>;

/** Sets limits of the tenant, or with null of the environment. Null switches a limit off. */
async function limit(tenantId: string | null, { idle, absolute, sessions }: Parts): Promise<void> {
  const body = {
    ...(idle === undefined ? {} : { sessionIdleTimeoutConfiguration: { isActive: idle !== null, timeout: idle ?? 86_400 } }),
    ...(absolute === undefined ? {} : { sessionTimeoutConfiguration: { isActive: absolute !== null, timeout: absolute ?? 86_400 } }),
    ...(sessions === undefined ? {} : { sessionConcurrentConfiguration: { isActive: sessions !== null, maxSessions: sessions ?? 1 } }),
  };
  const headers = tenantId === null ? await asEnvironment(harness) : await asEnvironment(harness, tenantId);
  expectStatus(await harness.send({ method: 'POST', url, headers, body }), 201);
}

const lives = async (accessToken: string): Promise<boolean> => (await me(harness, accessToken)).statusCode === 200;
const refreshed = async (refreshToken: string) => {
  const answer = await refresh(harness, refreshToken);
  expectStatus(answer, 200);
  return answer.json<{ accessToken: string; refreshToken: string; expiresIn: number }>();
};
const livingOf = async (userId: string): Promise<string[]> => {
  const headers = { ...(await asEnvironment(harness)), 'frontegg-user-id': userId };
  const answer = await harness.send({ url: `${identity}/users/sessions/v1/me`, headers });
  expectStatus(answer, 200);
  return answer.json<{ id: string }[]>().map(({ id }) => id);
};
const sidOf = (accessToken: string): string => JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid;

test('an idle session ends: its access token, its refresh token and its place in the list, and a refresh prolongs it', async () => {
  const user = await createUserInTenant(harness, 'idle');
  await limit('idle', { idle: 300 });
  const first = await loggedIn(harness, user.email);
  const used = await loggedIn(harness, user.email);
  harness.clock.advance({ seconds: 200 });
  const next = await refreshed(used.refreshToken);
  harness.clock.advance({ seconds: 100 });
  expect([await lives(first.accessToken), (await refresh(harness, first.refreshToken)).statusCode]).toEqual([false, 401]);
  expect(await lives(next.accessToken)).toBe(true);
  expect(await livingOf(user.id)).toEqual([sidOf(used.accessToken)]);
  harness.clock.advance({ seconds: 199 });
  expect(await lives((await refreshed(next.refreshToken)).accessToken)).toBe(true);
});

test('a session ends at its absolute limit, however often it is refreshed', async () => {
  const user = await createUserInTenant(harness, 'absolute');
  await limit('absolute', { absolute: 600 });
  let { refreshToken, accessToken } = await loggedIn(harness, user.email);
  for (let index = 0; index < 2; index += 1) {
    harness.clock.advance({ seconds: 250 });
    ({ refreshToken, accessToken } = await refreshed(refreshToken));
  }
  expect(await lives(accessToken)).toBe(true);
  harness.clock.advance({ seconds: 100 });
  expect([await lives(accessToken), (await refresh(harness, refreshToken)).statusCode]).toEqual([false, 401]);
});

test('no access token outlives its session, by either limit', async () => {
  const user = await createUserInTenant(harness, 'outlive');
  await limit('outlive', { idle: 120, absolute: 300 });
  const login = await harness.send({
    method: 'POST',
    url: `${identity}/auth/v1/user`,
    body: { email: user.email, password: 'correct horse battery' },
  });
  const { expiresIn, refreshToken } = login.json<{ expiresIn: number; refreshToken: string }>();
  expect(expiresIn).toBeGreaterThan(100);
  expect(expiresIn).toBeLessThanOrEqual(120);
  harness.clock.advance({ seconds: 100 });
  const second = await refreshed(refreshToken);
  harness.clock.advance({ seconds: 100 });
  const last = await refreshed(second.refreshToken);
  expect(last.expiresIn).toBeLessThanOrEqual(100);
  expect(last.expiresIn).toBeGreaterThan(80);
});

test('of the environment and the tenant, the strictest limit wins, each by itself', async () => {
  const user = await createUserInTenant(harness, 'strictest');
  try {
    await limit(null, { idle: 600, absolute: 3600, sessions: 5 });
    await limit('strictest', { idle: 3600, absolute: 1800, sessions: 2 });
    const { data } = await harness.graphql(
      '{ effectiveSessionPolicy { idleTimeoutSeconds absoluteTimeoutSeconds maxSessions } }',
      {},
      await asEnvironment(harness, 'strictest'),
    );
    expect(data).toEqual({ effectiveSessionPolicy: { idleTimeoutSeconds: 600, absoluteTimeoutSeconds: 1800, maxSessions: 2 } });
    const { accessToken } = await loggedIn(harness, user.email);
    harness.clock.advance({ seconds: 600 });
    expect(await lives(accessToken)).toBe(false);
  } finally {
    await limit(null, { idle: null, absolute: null, sessions: null });
  }
});

test('above the number of sessions the oldest end, and those in another tenant stay', async () => {
  const user = await createUserInTenant(harness, 'many');
  const elsewhere = await loggedIn(harness, user.email);
  await createTenant(harness, 'many-2');
  await joinTenant(harness, user.email, 'many-2');
  const switched = await refresh(harness, elsewhere.refreshToken, { body: { tenantId: 'many-2' } });
  expectStatus(switched, 200);
  await limit('many', { sessions: 2 });
  const tokens: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    harness.clock.advance({ seconds: 1 });
    const login = await loggedIn(harness, user.email);
    // A login enters the tenant that was used last.
    const entered = await refresh(harness, login.refreshToken, { body: { tenantId: 'many' } });
    expectStatus(entered, 200);
    tokens.push(entered.json<{ accessToken: string }>().accessToken);
  }
  expect(await Promise.all(tokens.map(lives))).toEqual([false, false, true, true]);
  expect(await lives(switched.json<{ accessToken: string }>().accessToken)).toBe(true);
  expect(await query(harness, "select reason from audit_events where reason like 'by the session policy%'")).toHaveLength(2);
});

test('of parallel logins, at most the allowed number of sessions is left', async () => {
  const user = await createUserInTenant(harness, 'race');
  await limit('race', { sessions: 3 });
  const logins = await Promise.all(Array.from({ length: 12 }, () => loggedIn(harness, user.email)));
  const living = await Promise.all(logins.map(({ accessToken }) => lives(accessToken)));
  expect(living.filter(Boolean)).toHaveLength(3);
  expect(await livingOf(user.id)).toHaveLength(3);
});

test('of parallel second factors, at most the allowed number of sessions is left', async () => {
  const user = await createForcedUser(harness, 'race-mfa');
  const { secret } = await enroll(harness, user.email);
  await limit('race-mfa', { sessions: 1 });
  harness.clock.advance({ seconds: 30 });
  const mfaTokens = await Promise.all([0, 1, 2, 3].map(() => mfaTokenFor(harness, user.email)));
  const done = [];
  for (const mfaToken of mfaTokens) {
    harness.clock.advance({ seconds: 30 });
    done.push(await verifyApp(harness, mfaToken, totp(harness, secret)));
  }
  expect(done.map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 201]);
  const living = await Promise.all(done.map((answer) => lives(answer.json<{ accessToken: string }>().accessToken)));
  expect(living).toEqual([false, false, false, true]);
});

test('a stricter policy ends at once what it does not allow, and a looser one brings nothing back', async () => {
  const user = await createUserInTenant(harness, 'tight');
  const old = await loggedIn(harness, user.email);
  harness.clock.advance({ seconds: 120 });
  const [second, third] = [await loggedIn(harness, user.email), await loggedIn(harness, user.email)];
  const living = () => Promise.all([old, second, third].map(({ accessToken }) => lives(accessToken)));
  await limit('tight', { absolute: 100 });
  expect(await living()).toEqual([false, true, true]);
  await limit('tight', { absolute: null, sessions: 1 });
  expect((await living()).filter(Boolean)).toHaveLength(1);
  await limit('tight', { sessions: null, idle: 60 });
  harness.clock.advance({ seconds: 60 });
  expect(await living()).toEqual([false, false, false]);
  await limit('tight', { idle: null });
  expect(await living()).toEqual([false, false, false]);
  expect((await refresh(harness, third.refreshToken)).statusCode).toBe(401);
});

test('a session that is too old for a tenant does not enter it', async () => {
  const user = await createUserInTenant(harness, 'old');
  await createTenant(harness, 'young');
  await joinTenant(harness, user.email, 'young');
  await limit('young', { absolute: 60 });
  const { refreshToken } = await loggedIn(harness, user.email);
  harness.clock.advance({ seconds: 60 });
  expect((await refresh(harness, refreshToken, { body: { tenantId: 'young' } })).statusCode).toBe(401);
  expect(await livingOf(user.id)).toEqual([]);
});
