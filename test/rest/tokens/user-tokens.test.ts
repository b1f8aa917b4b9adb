import { beforeAll, describe, expect, test } from 'vitest';
import { asToken, createTenantToken, createUserToken, enableUserTokens } from '../../support/api-tokens.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createRole, createUser, createUserInTenant } from '../../support/builders.ts';
import { asUser, call, expectEmpty, expectRefusal, faults, forbidden, isoTime, refusal, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const path = '/users/api-tokens/v1';
let user: TestUser;
let headers: Record<string, string>;
beforeAll(async () => {
  await enableUserTokens(harness);
  user = await createUserInTenant(harness, 'user-tokens');
  headers = await asUser(harness, user.email);
});

const create = (by: Record<string, string>, body?: object) => call(harness, 'POST', path, { headers: by, ...(body === undefined ? {} : { body }) });
const list = async (by: Record<string, string>): Promise<{ clientId: string }[]> => (await call(harness, 'GET', path, { headers: by })).json();
const notFound = refusal('API token not found');

test('a user creates a token with an empty body, is told by mail, lists it with both names of its time, and deletes it', async () => {
  const answer = await create(headers);
  expect(answer.statusCode, answer.body).toBe(201);
  const { secret, ...shown } = answer.json<{ secret: string; clientId: string; createdAt: string }>();
  expect(secret).toMatch(uuid);
  expect(shown).toEqual({
    ...{ clientId: expect.stringMatching(uuid), description: '', metadata: {} },
    ...{ createdAt: expect.stringMatching(isoTime), created_at: shown.createdAt },
  });
  expect(await list(headers)).toEqual([shown]);
  await harness.app.outbox.flush();
  expect(harness.notices).toContainEqual(expect.objectContaining({ kind: 'API_TOKEN_CREATED', to: user.email }));
  expectEmpty(await call(harness, 'DELETE', `${path}/${shown.clientId}`, { headers }), 200);
  expect(await list(headers)).toEqual([]);
  expectRefusal(await call(harness, 'DELETE', `${path}/${shown.clientId}`, { headers }), 404, notFound);
});

test('the environment token acts for a user that it names in a tenant that it names', async () => {
  const environment = await asEnvironment(harness, user.tenantId);
  expectRefusal(await create(environment, {}), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
  const nowhere = { ...(await asEnvironment(harness)), 'frontegg-user-id': user.id };
  expectRefusal(await create(nowhere, {}), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
  const stranger = await createUserInTenant(harness, 'user-tokens-stranger');
  expectRefusal(await create({ ...environment, 'frontegg-user-id': stranger.id }, {}), 404, refusal('User not found'));
  const named = { ...environment, 'frontegg-user-id': user.id };
  const { clientId } = (await create(named, { description: 'mine' })).json<{ clientId: string }>();
  expect(await list(named)).toContainEqual(expect.objectContaining({ clientId }));
  expectRefusal(
    await call(harness, 'DELETE', `${path}/${clientId}`, { headers: { ...environment, 'frontegg-user-id': stranger.id } }),
    404,
    notFound,
  );
  expectEmpty(await call(harness, 'DELETE', `${path}/${clientId}`, { headers: named }), 200);
});

describe('by the API token of a user', () => {
  test('tokens of the same user are created, listed and deleted, but no access tokens', async () => {
    const own = await asToken(harness, await createUserToken(harness, user));
    const { clientId } = (await create(own, { description: 'made by a token' })).json<{ clientId: string }>();
    expect(await list(own)).toContainEqual(expect.objectContaining({ clientId }));
    expectEmpty(await call(harness, 'DELETE', `${path}/${clientId}`, { headers: own }), 200);
    for (const method of ['GET', 'POST'] as const) {
      expectRefusal(
        await call(harness, method, '/users/access-tokens/v1', { headers: own, ...(method === 'POST' ? { body: {} } : {}) }),
        403,
        forbidden,
      );
    }
  });

  test('the user and the rights of the user are read, and nothing else of the own account', async () => {
    const member = await createUser(harness, user.tenantId, 'token-me@acme.example', { roleIds: [roleIds.readOnly] });
    const own = await asToken(harness, await createUserToken(harness, member));
    const me = await call(harness, 'GET', '/users/v2/me', { headers: own });
    expect(me.statusCode, me.body).toBe(200);
    expect(me.json()).toMatchObject({ id: member.id, tenantId: member.tenantId, tenantIds: [member.tenantId] });
    const rights = await call(harness, 'GET', '/users/v1/me/authorization', { headers: own });
    expect(rights.json<{ roles: { key: string }[] }>().roles.map(({ key }) => key)).toEqual(['ReadOnly']);
    for (const url of ['/users/v3/me', '/users/v1/mfa/devices', '/users/v1/me/tenants', '/users/v2/me/tenants']) {
      expectRefusal(await call(harness, 'GET', url, { headers: own }), 403, forbidden, url);
    }
  });
});

test('a token of the tenant has no user, so it reads no account and makes no token of one', async () => {
  const program = await asToken(harness, await createTenantToken(harness, user.tenantId, { roleIds: [roleIds.admin] }));
  for (const url of [path, '/users/v2/me', '/users/v1/me/authorization', '/users/access-tokens/v1']) {
    expectRefusal(await call(harness, 'GET', url, { headers: program }), 403, forbidden, url);
  }
  expectRefusal(await create(program, {}), 403, forbidden);
});

test('whoever may delete tokens of members does, and others do not learn which ids there are', async () => {
  const { clientId } = await createUserToken(harness, user);
  const peer = await createUser(harness, user.tenantId, 'token-peer@acme.example');
  expectRefusal(await call(harness, 'DELETE', `${path}/${clientId}`, { headers: await asUser(harness, peer.email) }), 404, notFound);
  const role = await createRole(harness, user.tenantId, 'token-cleaner', ['fe.secure.delete.userApiTokens']);
  const cleaner = await createUser(harness, user.tenantId, 'token-cleaner@acme.example', { roleIds: [role] });
  expectEmpty(await call(harness, 'DELETE', `${path}/${clientId}`, { headers: await asUser(harness, cleaner.email) }), 200);
});

test('while users may have no tokens, none is created and they are still listed and deleted', async () => {
  const { clientId } = await createUserToken(harness, user);
  await enableUserTokens(harness, false);
  const disabled = refusal('Api tokens are disabled');
  expectRefusal(await create(headers, {}), 403, disabled);
  expectRefusal(await call(harness, 'POST', '/users/access-tokens/v1', { headers, body: {} }), 403, disabled);
  expect(await list(headers)).toContainEqual(expect.objectContaining({ clientId }));
  expectEmpty(await call(harness, 'DELETE', `${path}/${clientId}`, { headers }), 200);
  await enableUserTokens(harness);
});

test('a user has at most 100 tokens, and one lasts at most ten years', async () => {
  const rich = await createUserInTenant(harness, 'user-tokens-rich');
  const by = await asUser(harness, rich.email);
  expectRefusal(await create(by, { expiresInMinutes: 5_256_001 }), 400, faults('expiresInMinutes must not be greater than 5256000'));
  expect((await create(by, { expiresInMinutes: 5_256_000 })).statusCode).toBe(201);
  expect((await create(by, { expiresInMinutes: null })).statusCode).toBe(201);
  const answers = [];
  for (let made = 2; made < 101; made += 1) answers.push((await create(by, {})).statusCode);
  expect(answers.filter((status) => status === 201).length).toBe(98);
  expectRefusal(await create(by, {}), 400, refusal('No more API tokens can be created'));
});
