import { beforeAll, describe, expect, test } from 'vitest';
import type { Credentials } from '../../support/api-tokens.ts';
import { bearer, createTenantToken, createUserToken, enableUserTokens, exchange } from '../../support/api-tokens.ts';
import type { TestUser } from '../../support/builders.ts';
import { createUserInTenant, identity } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { call, claimsOf, expectRefusal, faults, isoTime, opaqueToken, refusal, unauthorized } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const invalid = refusal('Invalid authentication', 'ER-01013');
let user: TestUser;
let ofTenant: Credentials;
let ofUser: Credentials;
beforeAll(async () => {
  await enableUserTokens(harness);
  user = await createUserInTenant(harness, 'exchange', { roleIds: [roleIds.readOnly], metadata: '{"team":"blue"}' });
  ofTenant = await createTenantToken(harness, user.tenantId, { roleIds: [roleIds.admin], metadata: { user: 'ci' }, description: 'CI' });
  ofUser = await createUserToken(harness, user, { metadata: { job: 7 } });
});

const refresh = (refreshToken: string, version = 'v1') =>
  harness.send({ method: 'POST', url: `${identity}/auth/${version}/api-token/token/refresh`, body: { refreshToken } });

describe('the credentials of a tenant', () => {
  test('are exchanged for a JWT with exactly the claims that clients read', async () => {
    const answer = await exchange(harness, ofTenant);
    expect(answer.statusCode, answer.body).toBe(200);
    const body = answer.json<{ accessToken: string }>();
    expect(body).toEqual({
      ...{ accessToken: expect.any(String), refreshToken: expect.stringMatching(opaqueToken) },
      ...{ expiresIn: 900, expires: expect.stringMatching(isoTime) },
    });
    const now = Math.floor(harness.clock.now().getTime() / 1000);
    expect(claimsOf(body.accessToken)).toEqual({
      ...{ sub: ofTenant.clientId, tenantId: user.tenantId, type: 'tenantApiToken', createdByUserId: null },
      ...{ roles: ['Admin'], permissions: ['fe.connectivity.*', 'fe.secure.*'], metadata: { user: 'ci' } },
      ...{ iss: expect.any(String), aud: expect.any(String), jti: expect.any(String), iat: now, exp: now + 900 },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.cookies).toEqual([]);
  });

  test('the second version answers in snake case, and both are served under the prefix of browsers', async () => {
    const answer = await exchange(harness, ofTenant, 'v2');
    expect(answer.statusCode).toBe(200);
    const body = answer.json<{ refresh_token: string }>();
    expect(body).toEqual({
      ...{ access_token: expect.any(String), refresh_token: expect.stringMatching(opaqueToken) },
      ...{ expires_in: 900, expires: expect.stringMatching(isoTime) },
    });
    const next = await refresh(body.refresh_token, 'v2');
    expect([next.statusCode, Object.keys(next.json())]).toEqual([200, ['access_token', 'refresh_token', 'expires_in', 'expires']]);
    const older = await harness.send({ method: 'POST', url: `/frontegg${identity}/auth/v1/api-token`, body: ofTenant });
    expect([older.statusCode, Object.keys(older.json())]).toEqual([200, ['accessToken', 'refreshToken', 'expiresIn', 'expires']]);
  });

  test('arrays are arrays even when they are empty', async () => {
    const bare = await createTenantToken(harness, user.tenantId);
    const { accessToken } = (await exchange(harness, bare)).json<{ accessToken: string }>();
    expect(claimsOf(accessToken)).toMatchObject({ roles: [], permissions: [], metadata: {} });
  });

  test('metadata and permissions that a header has no room for are left out of the JWT', async () => {
    const large = await createTenantToken(harness, user.tenantId, { metadata: { text: 'x'.repeat(16_000) } });
    const { accessToken } = (await exchange(harness, large)).json<{ accessToken: string }>();
    expect(claimsOf(accessToken)).toMatchObject({ metadata: {} });
    expect(accessToken.length).toBeLessThan(8_000);
  });
});

test('the JWT of a user states the user, and the rights of the user in the tenant at that moment', async () => {
  const { accessToken } = (await exchange(harness, ofUser)).json<{ accessToken: string }>();
  expect(claimsOf(accessToken)).toMatchObject({
    ...{ sub: ofUser.clientId, tenantId: user.tenantId, type: 'userApiToken', userId: user.id, email: user.email },
    ...{ roles: ['ReadOnly'], metadata: { job: 7 }, userMetadata: { team: 'blue' } },
  });
  for (const claim of ['acr', 'amr', 'auth_time', 'sid', 'tenantIds']) expect(claimsOf(accessToken)).not.toHaveProperty(claim);
});

test('unknown, wrong, and the secret of another token get the same refusal', async () => {
  const wrong = [
    { clientId: crypto.randomUUID(), secret: ofTenant.secret },
    { clientId: ofTenant.clientId, secret: crypto.randomUUID() },
    { clientId: ofTenant.clientId, secret: ofUser.secret },
    { clientId: 'no uuid', secret: 'no uuid' },
  ];
  for (const credentials of wrong) expectRefusal(await exchange(harness, credentials), 401, invalid);
  expectRefusal(
    await harness.send({ method: 'POST', url: `${identity}/auth/v1/api-token`, body: {} }),
    400,
    faults('clientId should not be empty', 'secret should not be empty'),
  );
});

test('a token that expires ends its JWT with it, and is refused from that moment', async () => {
  const short = await createTenantToken(harness, user.tenantId, { roleIds: [roleIds.readOnly], expiresInMinutes: 5 });
  const { accessToken, expiresIn, refreshToken } = (await exchange(harness, short)).json<{
    accessToken: string;
    refreshToken: string;
    expiresIn: number;
  }>();
  expect(expiresIn).toBe(300);
  expect((await call(harness, 'GET', '/roles/v1', { headers: bearer(accessToken) })).statusCode).toBe(200);
  harness.clock.advance({ seconds: 301 });
  expectRefusal(await call(harness, 'GET', '/roles/v1', { headers: bearer(accessToken) }), 401, unauthorized);
  expectRefusal(await exchange(harness, short), 401, invalid);
  expectRefusal(await refresh(refreshToken), 401, invalid);
});

describe('refresh tokens', () => {
  test('rotate, and one that was used is refused', async () => {
    const first = (await exchange(harness, ofTenant)).json<{ refreshToken: string }>().refreshToken;
    const answer = await refresh(first);
    expect(answer.statusCode, answer.body).toBe(200);
    const second = answer.json<{ refreshToken: string; accessToken: string }>();
    expect(second.refreshToken).not.toBe(first);
    expect(claimsOf(second.accessToken)).toMatchObject({ sub: ofTenant.clientId, roles: ['Admin'] });
    expectRefusal(await refresh(first), 401, invalid);
    expect((await refresh(second.refreshToken)).statusCode).toBe(200);
  });

  test('of two requests at once that bring the same one, exactly one succeeds', async () => {
    const { refreshToken } = (await exchange(harness, ofTenant)).json<{ refreshToken: string }>();
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => refresh(refreshToken)))).map(({ statusCode }) => statusCode);
    expect(statuses.sort()).toEqual([200, 401, 401, 401]);
  });

  test('a token has 100 of them, and the next one drops the oldest', async () => {
    const many = await createTenantToken(harness, user.tenantId);
    const tokens: string[] = [];
    for (let made = 0; made < 101; made += 1) {
      tokens.push((await exchange(harness, many)).json<{ refreshToken: string }>().refreshToken);
      harness.clock.advance({ seconds: 1 });
    }
    expect((await query(harness, 'select token_hash from api_token_refreshes where api_token_id = $1', [many.clientId])).length).toBe(100);
    expectRefusal(await refresh(tokens[0] ?? ''), 401, invalid);
    expect((await refresh(tokens[1] ?? '')).statusCode).toBe(200);
    expect((await refresh(tokens[100] ?? '')).statusCode).toBe(200);
  });
});

test('while users may have no tokens, those of users are refused by their own text, and those of tenants work', async () => {
  const { refreshToken } = (await exchange(harness, ofUser)).json<{ refreshToken: string }>();
  await enableUserTokens(harness, false);
  const disabled = refusal('Api tokens are disabled');
  for (const version of ['v1', 'v2']) expectRefusal(await exchange(harness, ofUser, version), 403, disabled);
  expectRefusal(await refresh(refreshToken), 403, disabled);
  expectRefusal(await exchange(harness, { ...ofUser, secret: crypto.randomUUID() }), 401, invalid);
  expect((await exchange(harness, ofTenant)).statusCode).toBe(200);
  await enableUserTokens(harness);
  expect((await refresh(refreshToken)).statusCode).toBe(200);
});

test('an exchange is written into the trail once an hour for each token, and a refusal always', async () => {
  const noted = await createTenantToken(harness, user.tenantId);
  const uses = () =>
    query(harness, "select actor_kind, actor_id from audit_events where kind = 'API_TOKEN_AUTHENTICATED' and reason = $1", [noted.clientId]);
  for (let count = 0; count < 3; count += 1) await exchange(harness, noted);
  expect(await uses()).toEqual([{ actor_kind: 'API_TOKEN', actor_id: noted.clientId }]);
  harness.clock.advance({ seconds: 3601 });
  await exchange(harness, noted);
  expect((await uses()).length).toBe(2);
  const refused = async () => (await query(harness, "select id from audit_events where kind = 'API_TOKEN_REFUSED'")).length;
  const before = await refused();
  await exchange(harness, { ...noted, secret: crypto.randomUUID() });
  expect(await refused()).toBe(before + 1);
});
