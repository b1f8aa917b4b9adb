import { describe, expect, test } from 'vitest';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { createCleanup } from '../../../src/services/cleanup.ts';
import { asEnvironment, createTenant, createUserInTenant, enroll, identity, password } from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { quiet } from '../../support/postgres.ts';
import { race } from '../../support/race.ts';
import type { Answer } from '../../support/requests.ts';
import { createForcedUser, loggedIn, logOut, me, refresh, refreshCookie } from '../../support/requests.ts';
import { joinTenant } from '../../support/rest.ts';
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

const tokensOf = (userId: string) =>
  query(harness, 'select r.* from refresh_tokens r join sessions s on s.id = r.session_id where s.user_id = $1', [userId]);
async function refreshedByGraphql(refreshToken: string): Promise<string> {
  return (await run(harness, documents.refreshSession, { refreshToken })).session.refreshToken;
}

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

  test('T24 within the grace the replaced token gets the same successor, by cookie and over GraphQL', async () => {
    const { user, tokens } = await login('same');
    const next = await refreshed(tokens.refreshToken);
    harness.clock.advance({ seconds: 5 });
    expect((await refreshed(tokens.refreshToken)).refreshToken).toBe(next.refreshToken);
    expect(await refreshedByGraphql(tokens.refreshToken)).toBe(next.refreshToken);
    expect(await tokensOf(user.id)).toHaveLength(2);
    await refreshed(next.refreshToken);
  });

  test('T24 a replaced token gets the token that is current now if its successor was replaced as well', async () => {
    const { user, tokens } = await login('chain');
    const next = await refreshed(tokens.refreshToken);
    const last = await refreshed(next.refreshToken);
    for (const { refreshToken } of [tokens, next]) expect((await refreshed(refreshToken)).refreshToken).toBe(last.refreshToken);
    expect(await tokensOf(user.id)).toHaveLength(3);
  });

  test('T24 the successor is sealed, bound to its row, and gone when it is replaced or the grace has ended', async () => {
    const { user, tokens } = await login('sealed');
    const first = await refreshed(tokens.refreshToken);
    const [row] = (await tokensOf(user.id)).filter(({ sealed }) => sealed !== null);
    expect(Buffer.from(row?.sealed as Uint8Array).toString('latin1')).not.toContain(first.refreshToken);
    const keyring = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
    const open = (hash: string) => keyring.open(row?.sealed as Uint8Array, { table: 'refresh_tokens', row: hash, column: 'sealed' });
    expect(new TextDecoder().decode(open(keyring.hashToken(first.refreshToken)))).toBe(first.refreshToken);
    expect(() => open(keyring.hashToken(tokens.refreshToken))).toThrow();

    await refreshed(first.refreshToken);
    expect((await tokensOf(user.id)).filter(({ sealed }) => sealed !== null)).toHaveLength(1);
    harness.clock.advance({ seconds: 11 });
    await createCleanup({
      store: harness.app.store,
      clock: harness.clock,
      log: quiet,
      signingKeys: { purge: async () => undefined },
      tenantRemoval: { finishAll: async () => undefined },
      adoption: { keepPoints: async () => undefined },
      endExpiredMemberships: async () => undefined,
      auditRetentionDays: 365,
    }).run();
    expect((await tokensOf(user.id)).filter(({ sealed }) => sealed !== null)).toEqual([]);
  });

  test('T24 a sealed successor that is missing does not end the session: the chain goes on with one token', async () => {
    const { user, tokens } = await login('unsealed');
    const next = await refreshed(tokens.refreshToken);
    await execute(harness, 'update refresh_tokens set sealed = null');
    const last = await refreshed(tokens.refreshToken);
    expect((await refreshed(next.refreshToken)).refreshToken).toBe(last.refreshToken);
    expect((await tokensOf(user.id)).filter(({ superseded_at }) => superseded_at === null)).toHaveLength(1);
  });

  test('T24 two tabs that refresh at once with one token both go on with the same token', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { tokens } = await login(`tabs-${round}`);
      const answers = await race(2, () => refresh(harness, tokens.refreshToken));
      expect(statuses(answers)).toEqual(new Set([200]));
      const got = answers.map((answer) => answer.json<Tokens>());
      expect(new Set(got.map((pair) => claimsOf(pair).sid))).toEqual(new Set([claimsOf(tokens).sid]));
      expect(new Set(got.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    }
  });

  test('T24 50 refreshes at once with one token, over both transports, add exactly one token to the session', async () => {
    const { user, tokens } = await login('burst');
    const one = async (index: number) =>
      index % 2 === 0 ? (await refreshed(tokens.refreshToken)).refreshToken : refreshedByGraphql(tokens.refreshToken);
    const got = await Promise.all(Array.from({ length: 50 }, (_, index) => one(index)));
    expect(new Set(got).size).toBe(1);
    expect(await query(harness, 'select id from sessions where user_id = $1', [user.id])).toHaveLength(1);
    expect(await tokensOf(user.id)).toHaveLength(2);
    expect(await audited(harness, user.id, 'REFRESH_TOKEN_REUSED')).toBe(0);
    harness.clock.advance({ seconds: 11 });
    expect((await refresh(harness, tokens.refreshToken)).statusCode).toBe(401);
    expect((await refresh(harness, got[0] ?? '')).statusCode).toBe(401);
  });

  test('T24 of refreshes and step-ups at once every answer has the one current token', async () => {
    const user = await createForcedUser(harness, 'burst-step-up');
    const enrolled = await enroll(harness, user.email);
    const headers = { authorization: `Bearer ${enrolled.accessToken}` };
    const answers = await race(20, (index) =>
      index % 2 === 0
        ? refresh(harness, enrolled.refreshToken)
        : harness.send({ method: 'POST', url: `${identity}/auth/v1/user/step-up/generate`, headers, body: {} }),
    );
    expect(statuses(answers)).toEqual(new Set([200, 201]));
    const current = (await tokensOf(user.id)).filter(({ superseded_at }) => superseded_at === null);
    expect(current).toHaveLength(1);
    for (const answer of answers.slice(0, 4)) await refreshed(answer.json<Tokens>().refreshToken);
    harness.clock.advance({ seconds: 3600 });
  });

  test('T24 a refresh into another tenant within the grace switches the session and keeps its one chain', async () => {
    const { user, tokens } = await login('grace-from');
    const to = await createTenant(harness, 'grace-to');
    await joinTenant(harness, user.email, to);
    const next = await refreshed(tokens.refreshToken);
    const answer = await refresh(harness, tokens.refreshToken, { body: { tenantId: to } });
    expect(claimsOf(answer.json<Tokens>())).toMatchObject({ tenantId: to });
    expect(answer.json<Tokens>().refreshToken).toBe(next.refreshToken);
    expect(claimsOf(await refreshed(next.refreshToken))).toMatchObject({ tenantId: to });
  });

  test.each(['password changed', 'locked'])('T24 after the user was %s, the grace gives nothing out', async (how) => {
    const { user, tokens } = await login(how.replace(' ', '-'));
    await refreshed(tokens.refreshToken);
    if (how === 'locked') {
      await harness.send({ method: 'POST', url: `${identity}/users/v1/${user.id}/lock`, headers: await asEnvironment(harness) });
    } else {
      await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset`, body: { email: user.email } });
      await harness.app.outbox.flush();
      const sent = harness.mail.findLast(({ to }) => to === user.email);
      const link = new URL(sent !== undefined && 'link' in sent ? sent.link : '');
      const body = { userId: user.id, token: link.searchParams.get('token'), password: 'another horse battery' };
      const changed = await harness.send({ method: 'POST', url: `${identity}/users/v1/passwords/reset/verify`, body });
      expect(changed.statusCode, changed.body).toBe(201);
    }
    expect((await refresh(harness, tokens.refreshToken)).statusCode).toBe(401);
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
