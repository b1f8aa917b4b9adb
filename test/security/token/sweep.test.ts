import { beforeAll, describe, expect, test } from 'vitest';
import { asToken, createTenantToken, createUserToken, enableUserTokens } from '../../support/api-tokens.ts';
import { createRole, createTenant, createUser } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { expectRefusal, forbidden } from '../../support/rest.ts';
import type { Operation } from '../../support/rest-operations.ts';
import { operations } from '../../support/rest-operations.ts';
import { roleIds } from '../../support/role-ids.ts';
import { rootFields } from '../../support/root-fields.ts';
import { useHarness } from '../../support/use-harness.ts';

/** Every operation that asks who calls, by the tokens of a tenant and of a user that may do everything the built-in roles allow. */
const harness = useHarness(openInstances);
const tenantId = 'token-sweep';
let ofTenant: Record<string, string>;
let ofUser: Record<string, string>;
beforeAll(async () => {
  await enableUserTokens(harness);
  await createTenant(harness, tenantId);
  const role = await createRole(harness, tenantId, 'deleting', ['fe.account-settings.delete.account']);
  const everything = [roleIds.admin, role];
  ofTenant = await asToken(harness, await createTenantToken(harness, tenantId, { roleIds: everything }));
  ofUser = await asToken(harness, await createUserToken(harness, await createUser(harness, tenantId, 'swept@acme.example', { roleIds: everything })));
});

const asking = operations.filter(({ access }) => access !== 'public');
const nameOf = ({ method, template }: Operation): string => `${method} ${template.replace('/identity/resources', '')}`;
/** It deletes the tenant of the token, so it is tried last. */
const deletesAll = 'DELETE /tenants/resources/tenants/v1';

const text = { name: 'n', key: 'k', id: 'x', email: 'nobody@acme.example', roleIds: ['x'], permissionIds: ['x'], baseRoleId: 'x' };
const body = { ...text, description: 'd', users: [], expirationInSeconds: 600, phrase: 'x' };
const ask = ({ method, template, fields, list }: Operation, headers: Record<string, string>) =>
  harness.send({ method, url: template.replace(/:\w+/g, 'x'), headers, ...(fields === null ? {} : { body: list ? [body] : body }) });

async function accepted(headers: Record<string, string>): Promise<string[]> {
  const names: string[] = [];
  for (const operation of asking.filter((each) => nameOf(each) !== deletesAll)) {
    const { statusCode } = await ask(operation, headers);
    expect(statusCode, nameOf(operation)).not.toBe(401);
    if (statusCode !== 403) names.push(nameOf(operation));
  }
  return names.sort();
}

/** What an API token may ask for over REST, if its rights allow it. Every one of them asks for a permission. */
const permitted = [
  ...['DELETE /roles/v1/:roleId', 'DELETE /team/resources/members/v1/:userId', 'DELETE /tenants/access-tokens/v1/:id'],
  ...['DELETE /tenants/api-tokens/v1/:id', 'DELETE /users/api-tokens/v1/:id', 'DELETE /users/temporary/v1/:userId', 'DELETE /users/v1/:userId'],
  ...['DELETE /users/v1/:userId/roles', 'GET /audits', 'GET /audits/stats', 'GET /permissions/v1', 'GET /permissions/v1/categories'],
  ...['GET /roles/v1', 'GET /roles/v2', 'GET /roles/v2/distinct-levels', 'GET /team/resources/members/v1', 'GET /team/resources/roles/v1'],
  ...['GET /team/resources/stats/v1/members', 'GET /tenants/access-tokens/v1', 'GET /tenants/api-tokens/v1'],
  ...[
    'GET /usernames/v1',
    'GET /users/bulk/v1/status/:id',
    'GET /users/emails/v1',
    'GET /users/phone-numbers/v1',
    'GET /users/phone-numbers/v2',
    'GET /users/v1',
    'GET /users/v1/:id',
  ],
  ...['GET /users/v1/query/phrase', 'GET /users/v2', 'GET /users/v3', 'GET /users/v3/groups', 'GET /users/v3/roles', 'PATCH /roles/v1/:roleId'],
  ...['PATCH /tenants/api-tokens/v1/:id', 'POST /audits/export/csv/v2', 'POST /roles/v1', 'POST /roles/v2'],
  ...['POST /team/resources/members/v1/:userId/resendActivationEmail', 'POST /tenants/access-tokens/v1', 'POST /tenants/api-tokens/v1'],
  ...['POST /tenants/api-tokens/v2', 'POST /tenants/users/v1/:userId/disable', 'POST /tenants/users/v1/:userId/enable'],
  ...['POST /users/bulk/v1/invite', 'POST /users/v1', 'POST /users/v1/:userId/roles', 'POST /users/v1/invitation/reset/all', 'POST /users/v2'],
  ...['PUT /roles/v1/:roleId/permissions', 'PUT /team/resources/members/v1', 'PUT /tenants/resources/account-settings/v1'],
  'PUT /users/temporary/v1/:userId',
  ...['DELETE /groups/v1/:groupId/roles', 'DELETE /groups/v1/:groupId/users', 'DELETE /groups/v1/:id', 'GET /groups/v1', 'GET /groups/v1/:id'],
  ...['GET /groups/v2', 'PATCH /groups/v1/:id', 'POST /groups/v1', 'POST /groups/v1/:groupId/roles', 'POST /groups/v1/:groupId/users'],
  ...['POST /groups/v1/bulkGet', 'GET /configurations/v1/password-rotation', 'GET /configurations/v1/password-rotation/vendor'],
  'POST /users/sessions/v1/revoke',
];
/** What only the token of a user may ask for besides: the account that it is of, tokens of its own, and the link by which it invites. */
const ownAccount = [
  ...['GET /users/api-tokens/v1', 'GET /users/v1/me/authorization', 'GET /users/v2/me', 'POST /users/api-tokens/v1'],
  ...['DELETE /tenants/invites/v1/user', 'GET /tenants/invites/v1/user', 'PATCH /tenants/invites/v1/user', 'POST /tenants/invites/v1/user'],
  'POST /tenants/invites/v2/user',
];

const graphql = {
  queries: [
    ...['bulkInvitation', 'groups', 'mfaEvents', 'node', 'nodes', 'passwordRotation', 'permissionCategories', 'permissions', 'role', 'roles'],
    ...['tenantAccessTokens', 'tenantApiTokens', 'user', 'users'],
  ],
  // Those that name another tenant or user here are refused, although a token may call them for its own.
  mutations: [
    ...['addUserRoles', 'createAccessToken', 'createRole', 'createTenantApiToken', 'deleteAccessToken', 'deleteRole', 'deleteTenantApiToken'],
    ...['deleteUserApiToken', 'disableUser', 'enableUser', 'inviteUser', 'inviteUsers', 'removeUserFromTenant', 'removeUserRoles'],
    ...['setRolePermissions', 'setUserExpiry', 'updateRole', 'updateTenantApiToken'],
    ...['addGroupMembers', 'addGroupRoles', 'createGroup', 'deleteGroup', 'removeGroupMembers', 'removeGroupRoles', 'updateGroup'],
  ],
  ofUsers: { queries: ['invitations', 'viewer'], mutations: ['createInvitation', 'createUserApiToken', 'deleteInvitation', 'updateInvitation'] },
};

describe('over REST', () => {
  test('the token of a tenant is let in where a permission is asked for, and nowhere else', async () => {
    expect(await accepted(ofTenant)).toEqual([...permitted].sort());
  });

  test('the token of a user is let in there as well, and to its own account and tokens', async () => {
    expect(await accepted(ofUser)).toEqual([...permitted, ...ownAccount].sort());
  });

  test('a header with another tenant is forbidden on every operation, whether or not that exists, and one with the own tenant changes nothing', async () => {
    await createTenant(harness, 'token-sweep-other');
    for (const operation of asking) {
      for (const other of ['token-sweep-other', 'no-such-tenant']) {
        expectRefusal(await ask(operation, { ...ofTenant, 'frontegg-tenant-id': other }), 403, forbidden, nameOf(operation));
      }
    }
    const own = { ...ofTenant, 'frontegg-tenant-id': tenantId };
    expect((await harness.send({ url: '/identity/resources/users/v3', headers: own })).statusCode).toBe(200);
  });

  test('the older header of environment tokens takes no API token', async () => {
    const token = ofTenant.authorization?.slice('Bearer '.length) ?? '';
    expect((await harness.send({ url: '/identity/resources/roles/v1', headers: { 'x-access-token': token } })).statusCode).toBe(401);
  });
});

describe('over GraphQL', () => {
  const code = async (request: object, headers: Record<string, string>): Promise<string | undefined> =>
    (await harness.send({ method: 'POST', url: '/graphql', headers, body: request })).json().errors?.[0]?.extensions.code;
  const letIn = async (kind: 'query' | 'mutation', headers: Record<string, string>): Promise<string[]> => {
    const names: string[] = [];
    for (const { name, request } of rootFields.filter((field) => field.kind === kind && field.name !== 'deleteTenant')) {
      if ((await code(request, {})) !== 'UNAUTHENTICATED') continue;
      if ((await code(request, headers)) !== 'FORBIDDEN') names.push(name);
    }
    return names;
  };

  test('queries let both in where a permission is asked for, and that of a user to its own account and link', async () => {
    expect(await letIn('query', ofTenant)).toEqual(graphql.queries);
    expect(await letIn('query', ofUser)).toEqual([...graphql.queries, ...graphql.ofUsers.queries].sort());
  }, 60_000);

  test('mutations let the token of a tenant in where a permission is asked for', async () => {
    expect(await letIn('mutation', ofTenant)).toEqual([...graphql.mutations].sort());
  }, 60_000);

  test('mutations let that of a user in there as well, and to its own tokens and link', async () => {
    expect(await letIn('mutation', ofUser)).toEqual([...graphql.mutations, ...graphql.ofUsers.mutations].sort());
  }, 60_000);

  test('what belongs to a user is empty for a token, even for that of the user', async () => {
    const fields = 'id email authenticators { id } recoveryCodesRemaining apiTokens { id } accessTokens { id } memberships { tenant { restId } }';
    const answer = await harness.graphql(`{ viewer { ${fields} } }`, {}, ofUser);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.viewer).toMatchObject({
      ...{ email: 'swept@acme.example', authenticators: [], recoveryCodesRemaining: 0, apiTokens: [], accessTokens: [] },
      memberships: [{ tenant: { restId: tenantId } }],
    });
    const found = answer.data?.viewer as { id: string } | undefined;
    expect((await harness.graphql(`{ node(id: "${found?.id}") { id } }`, {}, ofTenant)).data?.node).toEqual({ id: found?.id });
  });
});

test('a write of a token is told with its id, and so is a refusal', async () => {
  const [event] = await query(
    harness,
    "select actor_kind, actor_id, tenant_id from audit_events where kind = 'REQUEST_REFUSED' and actor_kind = $1",
    ['API_TOKEN'],
  );
  expect(event).toMatchObject({ tenant_id: tenantId, actor_id: expect.any(String) });
  harness.clock.advance({ seconds: 1 });
  const role = [{ key: 'made-by-a-token', name: 'Made' }];
  expect((await harness.send({ method: 'POST', url: '/identity/resources/roles/v1', headers: ofTenant, body: role })).statusCode).toBe(201);
  const headers = { authorization: `Bearer ${await harness.environmentToken()}` };
  const answer = await harness.graphql(
    '{ mfaEvents(filter: { kinds: [ROLE_CREATED] }, first: 1) { nodes { actorKind actorId actor { id } reason } } }',
    {},
    headers,
  );
  expect(answer.data?.mfaEvents).toEqual({
    nodes: [{ actorKind: 'API_TOKEN', actorId: expect.any(String), actor: null, reason: 'made-by-a-token' }],
  });
});

test('a token that may delete its tenant ends with it', async () => {
  const deletion = asking.find((operation) => nameOf(operation) === deletesAll);
  expect(deletion).toBeDefined();
  expect((await ask(deletion as Operation, ofTenant)).statusCode).toBe(200);
  expect((await harness.send({ url: '/identity/resources/roles/v1', headers: ofTenant })).statusCode).toBe(401);
});
