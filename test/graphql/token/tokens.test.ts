import { beforeAll, expect, test } from 'vitest';
import { asToken, createTenantToken, enableUserTokens } from '../../support/api-tokens.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createUserInTenant } from '../../support/builders.ts';
import { mutation } from '../../support/graphql-documents.ts';
import { asUser, claimsOf, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const token = 'id restId description tokenMetadata tenant { restId } createdAt validUntil';
const documents = {
  createTenant: mutation('createTenantApiToken', `secret tenantApiToken { ${token} roles { key } permissions { key } createdByUserId }`),
  updateTenant: mutation('updateTenantApiToken', 'tenantApiToken { description tokenMetadata roles { key } }'),
  deleteTenant: mutation('deleteTenantApiToken', 'deletedTenantApiTokenId'),
  createUser: mutation('createUserApiToken', `secret userApiToken { ${token} }`),
  deleteUser: mutation('deleteUserApiToken', 'deletedUserApiTokenId'),
  createAccess: mutation('createAccessToken', 'secret createdToken { id restId userId description roles { key } validUntil }'),
  deleteAccess: mutation('deleteAccessToken', 'deletedAccessTokenId'),
  authenticate: mutation('authenticateApiToken', 'jwt { accessToken refreshToken expiresAt expiresInSeconds }'),
  refresh: mutation('refreshApiToken', 'jwt { accessToken refreshToken }'),
};
interface Answer {
  [field: string]: unknown;
  secret: string;
  tenantApiToken: { id: string; restId: string };
  userApiToken: { id: string };
  createdToken: { id: string };
  jwt: { accessToken: string; refreshToken: string; expiresInSeconds: number };
  tenantApiTokens: { nodes: unknown[]; pageInfo: { endCursor: string } };
  permissions: { nodes: unknown };
}
let user: TestUser;
let environment: Record<string, string>;
let headers: Record<string, string>;
beforeAll(async () => {
  await enableUserTokens(harness);
  user = await createUserInTenant(harness, 'graphql-tokens', { roleIds: [roleIds.admin] });
  environment = await asEnvironment(harness, user.tenantId);
  headers = await asUser(harness, user.email);
});

async function run(name: keyof typeof documents, input: object, by: Record<string, string> = environment): Promise<Answer> {
  const answer = await harness.graphql(documents[name], { input }, by);
  expect(answer.errors).toBeUndefined();
  return Object.values(answer.data ?? {})[0] as Answer;
}
const ask = async (query: string, by = environment) => {
  const answer = await harness.graphql(query, {}, by);
  expect(answer.errors).toBeUndefined();
  return answer.data as Answer;
};

test('a tenant token is created, exchanged, refreshed, paged, found as a node, changed and deleted', async () => {
  const created = await run('createTenant', { description: 'CI', tokenMetadata: { user: 'ci' }, roleIds: [roleIds.readOnly], expiresInMinutes: 60 });
  expect(created).toMatchObject({
    ...{ __typename: 'CreateTenantApiTokenSuccess', secret: expect.stringMatching(uuid) },
    tenantApiToken: {
      description: 'CI',
      tokenMetadata: { user: 'ci' },
      tenant: { restId: user.tenantId },
      roles: [{ key: 'ReadOnly' }],
      permissions: [],
    },
  });
  const { id, restId } = created.tenantApiToken;
  const { jwt } = await run('authenticate', { clientId: restId, secret: created.secret }, {});
  expect(jwt.expiresInSeconds).toBe(900);
  expect(claimsOf(jwt.accessToken)).toMatchObject({ sub: restId, type: 'tenantApiToken' });
  const refreshed = await run('refresh', { refreshToken: jwt.refreshToken }, {});
  expect(refreshed).toMatchObject({ __typename: 'RefreshApiTokenSuccess' });
  expect(await run('refresh', { refreshToken: jwt.refreshToken }, {})).toMatchObject({
    __typename: 'ApiTokenInvalidError',
    code: 'API_TOKEN_INVALID',
  });

  harness.clock.advance({ seconds: 1 });
  await createTenantToken(harness, user.tenantId, { description: 'second' });
  const page = await ask('{ tenantApiTokens(first: 1) { totalCount nodes { restId } pageInfo { hasNextPage endCursor } } }');
  expect(page.tenantApiTokens).toMatchObject({ totalCount: 2, nodes: [{ restId }], pageInfo: { hasNextPage: true } });
  const next = await ask(`{ tenantApiTokens(after: "${page.tenantApiTokens.pageInfo.endCursor}") { nodes { description } } }`);
  expect(next.tenantApiTokens.nodes).toEqual([{ description: 'second' }]);
  const node = `{ node(id: "${id}") { ... on TenantApiToken { restId } } }`;
  expect((await ask(node)).node).toEqual({ restId });
  expect((await ask(node, await asEnvironment(harness, (await createUserInTenant(harness, 'graphql-tokens-other')).tenantId))).node).toBeNull();

  expect(await run('updateTenant', { id, description: 'CD', roleIds: [] })).toEqual({
    ...{ __typename: 'UpdateTenantApiTokenSuccess', tenantApiToken: { description: 'CD', tokenMetadata: { user: 'ci' }, roles: [] } },
  });
  expect(await run('updateTenant', { id })).toMatchObject({ code: 'NOTHING_TO_UPDATE' });
  expect(await run('deleteTenant', { id })).toEqual({ __typename: 'DeleteTenantApiTokenSuccess', deletedTenantApiTokenId: id });
  expect(await run('deleteTenant', { id: restId })).toMatchObject({ code: 'API_TOKEN_NOT_FOUND', path: ['input', 'id'] });
});

test('a user creates a token, sees it on the own account, and deletes it; an environment token names the user', async () => {
  const created = await run('createUser', { description: 'mine' }, headers);
  expect(created).toMatchObject({
    __typename: 'CreateUserApiTokenSuccess',
    userApiToken: { description: 'mine', tokenMetadata: {}, validUntil: null },
  });
  const { id } = created.userApiToken;
  expect((await ask('{ viewer { apiTokens { id } } }', headers)).viewer).toEqual({ apiTokens: [{ id }] });
  expect((await ask(`{ user(id: "${user.id}") { apiTokens { id } } }`)).user).toEqual({ apiTokens: [{ id }] });
  expect((await ask(`{ node(id: "${id}") { id } }`, headers)).node).toEqual({ id });
  expect(await run('createUser', {})).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['input', 'userId'] }] });
  expect(await run('createUser', { userId: user.id })).toMatchObject({ __typename: 'CreateUserApiTokenSuccess' });
  expect(await run('deleteUser', { id }, headers)).toEqual({ __typename: 'DeleteUserApiTokenSuccess', deletedUserApiTokenId: id });
  expect((await ask(`{ node(id: "${id}") { id } }`, headers)).node).toBeNull();
});

test('access tokens of the tenant and of a user are created, listed apart, and deleted', async () => {
  const ofTenant = await run('createAccess', { owner: 'TENANT', roleIds: [roleIds.readOnly] });
  expect(ofTenant).toMatchObject({ __typename: 'CreateAccessTokenSuccess', createdToken: { userId: null, roles: [{ key: 'ReadOnly' }] } });
  expect(claimsOf(ofTenant.secret)).toMatchObject({ type: 'tenantAccessToken' });
  const ofUser = await run('createAccess', { owner: 'USER', expiresInMinutes: 5 }, headers);
  expect(ofUser).toMatchObject({ __typename: 'CreateAccessTokenSuccess', createdToken: { userId: user.id, roles: [] } });
  expect((await ask('{ tenantAccessTokens { nodes { id } totalCount } }')).tenantAccessTokens).toEqual({
    nodes: [{ id: ofTenant.createdToken.id }],
    totalCount: 1,
  });
  expect((await ask('{ viewer { accessTokens { id } } }', headers)).viewer).toEqual({ accessTokens: [{ id: ofUser.createdToken.id }] });
  for (const [owner, { createdToken }, by] of [
    ['TENANT', ofTenant, environment],
    ['USER', ofUser, headers],
  ] as const) {
    const deleted = { __typename: 'DeleteAccessTokenSuccess', deletedAccessTokenId: createdToken.id };
    expect(await run('deleteAccess', { owner, id: createdToken.id }, by)).toEqual(deleted);
  }
});

test('whoever may write tokens and not read them gets the secret of a new one, and lists none', async () => {
  const known = (await ask('{ permissions(first: 100) { nodes { restId key } } }')).permissions.nodes as { restId: string; key: string }[];
  const permissionIds = known.filter(({ key }) => key === 'fe.secure.write.tenantApiTokens').map(({ restId }) => restId);
  const program = await asToken(harness, await createTenantToken(harness, user.tenantId, { permissionIds }));
  expect(await run('createTenant', {}, program)).toMatchObject({ secret: expect.stringMatching(uuid), tenantApiToken: { description: '' } });
  expect((await harness.graphql('{ tenantApiTokens { totalCount } }', {}, program)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('the switch of users’ tokens is a setting, and says so when it is off', async () => {
  const update = mutation('updateEnvironmentSettings', 'environmentSettings { apiTokensEnabled machineToMachineAuthStrategy }');
  const set = async (input: object) => (await harness.graphql(update, { input }, await asEnvironment(harness))).data?.updateEnvironmentSettings;
  expect(await set({ apiTokensEnabled: false, machineToMachineAuthStrategy: 'ACCESS_TOKEN' })).toMatchObject({
    environmentSettings: { apiTokensEnabled: false, machineToMachineAuthStrategy: 'ACCESS_TOKEN' },
  });
  expect(await run('createUser', {}, headers)).toMatchObject({ __typename: 'ApiTokensDisabledError', code: 'API_TOKENS_DISABLED' });
  await set({ apiTokensEnabled: true });
});
