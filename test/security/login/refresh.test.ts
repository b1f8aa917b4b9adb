import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant, enroll, identity, password } from '../../support/builders.ts';
import { audited, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { race } from '../../support/race.ts';
import type { Answer } from '../../support/requests.ts';
import { createForcedUser, loggedIn, logOut, me, refresh, refreshCookie } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

interface Tokens {
  accessToken: string;
  refreshToken: string;
}
async function refreshed(refreshToken: string): Promise<Tokens> {
  const answer = await refresh(harness, refreshToken);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<Tokens>();
}
const claimsOf = ({ accessToken }: Tokens) => JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
const statuses = (answers: readonly Answer[]): Set<number> => new Set(answers.map(({ statusCode }) => statusCode));
const login = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  return { user, tokens: await loggedIn(harness, user.email) };
};

describe('T24 a refresh token is replaced at each use', () => {
  test('T24 an old one used again after the grace ends the session: its successor and all access tokens die', async () => {
    const { user, tokens } = await login('reuse');
    const next = await refreshed(tokens.refreshToken);
    const last = await refreshed(next.refreshToken);
    harness.clock.advance({ seconds: 11 });
    expect((await refresh(harness, tokens.refreshToken)).statusCode).toBe(401);
    for (const { refreshToken, accessToken } of [tokens, next, last]) {
      expect((await refresh(harness, refreshToken)).statusCode).toBe(401);
      expect((await me(harness, accessToken)).statusCode).toBe(401);
    }
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(1);
    expect(await loggedIn(harness, user.email)).toMatchObject({ mfaRequired: false });
  });

  test('T24 reuse in one session leaves the others of the user alone', async () => {
    const { user, tokens } = await login('reuse-other');
    const other = await loggedIn(harness, user.email);
    await refreshed(tokens.refreshToken);
    harness.clock.advance({ seconds: 11 });
    expect((await refresh(harness, tokens.refreshToken)).statusCode).toBe(401);
    expect((await me(harness, other.accessToken)).statusCode).toBe(200);
    await refreshed(other.refreshToken);
  });

  test('T24 two tabs that refresh at once with one token both go on, in the same session', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { tokens } = await login(`tabs-${round}`);
      const answers = await race(2, () => refresh(harness, tokens.refreshToken));
      expect(statuses(answers)).toEqual(new Set([200]));
      const got = answers.map((answer) => answer.json<Tokens>());
      expect(new Set(got.map((pair) => claimsOf(pair).sid))).toEqual(new Set([claimsOf(tokens).sid]));
      for (const pair of got) await refreshed(pair.refreshToken);
    }
  });

  test('T24 50 refreshes at once with one token make one session go on, and none fails', async () => {
    const { user, tokens } = await login('burst');
    const answers = await race(50, () => refresh(harness, tokens.refreshToken));
    expect(statuses(answers)).toEqual(new Set([200]));
    expect(await query(harness, 'select id from sessions where user_id = $1', [user.id])).toHaveLength(1);
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(0);
    harness.clock.advance({ seconds: 11 });
    expect((await refresh(harness, tokens.refreshToken)).statusCode).toBe(401);
    for (const answer of answers.slice(0, 5)) expect((await refresh(harness, answer.json<Tokens>().refreshToken)).statusCode).toBe(401);
  });

  test('T24 the grace is ten seconds', async () => {
    const { tokens } = await login('grace');
    await refreshed(tokens.refreshToken);
    harness.clock.advance({ seconds: 10 });
    await refreshed(tokens.refreshToken);
    harness.clock.advance({ seconds: 1 });
    expect((await refresh(harness, tokens.refreshToken)).statusCode).toBe(401);
  });

  test('T24 a session ends 30 days after the login, however often it was refreshed', async () => {
    const { tokens } = await login('absolute');
    harness.clock.advance({ seconds: 30 * 86_400 - 1 });
    const last = await refreshed(tokens.refreshToken);
    expect((await me(harness, last.accessToken)).statusCode).toBe(200);
    harness.clock.advance({ seconds: 1 });
    expect((await refresh(harness, last.refreshToken)).statusCode).toBe(401);
    expect((await me(harness, last.accessToken)).statusCode).toBe(401);
  });

  test('T24 a refresh never raises a session, and drops what the second factor raised', async () => {
    const user = await createForcedUser(harness, 'elevation');
    const enrolled = await enroll(harness, user.email);
    expect(claimsOf(enrolled)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
    const next = await refreshed(enrolled.refreshToken);
    for (const claim of ['acr', 'amr', 'auth_time']) expect(claimsOf(next)).not.toHaveProperty(claim);
  });
});

describe('T24 a session that ended stays ended', () => {
  test('T24 after logout neither the refresh nor the access token is accepted', async () => {
    const { tokens } = await login('logout');
    const next = await refreshed(tokens.refreshToken);
    expect((await logOut(harness, next.refreshToken)).statusCode).toBe(201);
    for (const { refreshToken, accessToken } of [tokens, next]) {
      expect((await refresh(harness, refreshToken)).statusCode).toBe(401);
      expect((await me(harness, accessToken)).statusCode).toBe(401);
    }
  });

  test('T24 of a logout and refreshes at once no token survives', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { tokens } = await login(`logout-race-${round}`);
      const answers = await race(6, (index) => (index === 3 ? logOut(harness, tokens.refreshToken) : refresh(harness, tokens.refreshToken)));
      expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
      for (const answer of answers.filter(({ statusCode }) => statusCode === 200)) {
        const pair = answer.json<Tokens>();
        expect((await me(harness, pair.accessToken)).statusCode).toBe(401);
        expect((await refresh(harness, pair.refreshToken)).statusCode).toBe(401);
      }
    }
  });

  test.each(['', 'x', 'null', '%00', "' or 1=1 --", 'a'.repeat(4000)])('T24 the garbage %j is no session', async (value) => {
    const cookie = `${refreshCookie}=${value}`;
    expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/user/token/refresh`, cookie })).statusCode).toBe(401);
    expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/logout`, cookie })).statusCode).toBe(201);
  });
});

test('T31 a refresh into a tenant that is none of the user’s is refused, and the token is not used up', async () => {
  const { user, tokens } = await login('switch');
  await createTenant(harness, 'switch-foreign');
  for (const tenantId of ['switch-foreign', 'of-nobody', `${user.tenantId},switch-foreign`]) {
    expect((await refresh(harness, tokens.refreshToken, { body: { tenantId } })).statusCode).toBe(403);
  }
  harness.clock.advance({ seconds: 60 });
  const headers = await asEnvironment(harness, 'switch-foreign');
  await harness.send({ method: 'POST', url: `${identity}/users/v2`, headers, body: { email: user.email, password } });
  const answer = await refresh(harness, tokens.refreshToken, { body: { tenantId: 'switch-foreign' } });
  expect(claimsOf(answer.json<Tokens>())).toMatchObject({ tenantId: 'switch-foreign' });
});
