import { beforeAll, describe, expect, test } from 'vitest';
import { asToken, bearer, createTenantToken, createUserToken, enableUserTokens, exchange } from '../../support/api-tokens.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, expectStatus, identity } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { call, expectRefusal, joinTenant, refusal, unauthorized } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
const invalid = refusal('Invalid authentication', 'ER-01013');
let environment: Record<string, string>;
beforeAll(async () => {
  await enableUserTokens(harness);
  environment = await asEnvironment(harness);
});

const readsUsers = (headers: Record<string, string>) => call(harness, 'GET', '/users/v3', { headers });
const refresh = (refreshToken: string) =>
  harness.send({ method: 'POST', url: `${identity}/auth/v1/api-token/token/refresh`, body: { refreshToken } });

/** A user who may read users, with a token of its own and what it was exchanged for. */
async function holder(name: string) {
  const user = await createUserInTenant(harness, name, { roleIds: [roleIds.readOnly] });
  const credentials = await createUserToken(harness, user);
  const { accessToken, refreshToken } = (await exchange(harness, credentials)).json<{ accessToken: string; refreshToken: string }>();
  const headers = bearer(accessToken);
  expectStatus(await readsUsers(headers), 200);
  return { user, credentials, headers, refreshToken };
}

/** What takes a user's token its effect, and whether it comes back. */
const ends: [string, (user: TestUser) => Promise<unknown>, ((user: TestUser) => Promise<unknown>) | null][] = [
  [
    'a lock',
    ({ id }) => call(harness, 'POST', `/users/v1/${id}/lock`, { headers: environment }),
    ({ id }) => call(harness, 'POST', `/users/v1/${id}/unlock`, { headers: environment }),
  ],
  ['a deletion', ({ id }) => call(harness, 'DELETE', `/users/v1/${id}`, { headers: environment }), null],
  [
    'a removal from the tenant',
    async ({ id, tenantId }) => {
      await joinTenant(
        harness,
        (await query(harness, 'select email from users where id = $1', [id]))[0]?.email as string,
        await createTenant(harness, `${tenantId}-2`),
      );
      return call(harness, 'DELETE', `/users/v1/${id}`, { headers: await asEnvironment(harness, tenantId) });
    },
    null,
  ],
  [
    'a disabled membership',
    async ({ id, tenantId }) => call(harness, 'POST', `/tenants/users/v1/${id}/disable`, { headers: await asEnvironment(harness, tenantId) }),
    null,
  ],
];

describe.each(ends)('%s', (what, end, undo) => {
  test('refuses the JWT, the credentials and the refresh token of the user at once', async () => {
    const { user, credentials, headers, refreshToken } = await holder(`living-${what.replaceAll(' ', '-')}`);
    await end(user);
    expectRefusal(await readsUsers(headers), 401, unauthorized);
    expectRefusal(await exchange(harness, credentials), 401, invalid);
    expectRefusal(await refresh(refreshToken), 401, invalid);
    const rows = await query(harness, 'select id from api_tokens where id = $1', [credentials.clientId]);
    expect(rows.length).toBe(undo === null ? 0 : 1);
    if (undo === null) return;
    await undo(user);
    expectStatus(await readsUsers(headers), 200);
    expectStatus(await exchange(harness, credentials), 200);
    expectStatus(await refresh(refreshToken), 200);
  });
});

test('an expired membership refuses the token from that moment', async () => {
  const { user, headers, credentials } = await holder('living-expired');
  const expiry = { headers: await asEnvironment(harness, user.tenantId), body: { expirationInSeconds: 300 } };
  expectStatus(await call(harness, 'PUT', `/users/temporary/v1/${user.id}`, expiry), 201);
  expectStatus(await readsUsers(headers), 200);
  harness.clock.advance({ seconds: 301 });
  expectRefusal(await readsUsers(headers), 401, unauthorized);
  expectRefusal(await exchange(harness, credentials), 401, invalid);
});

test('a deleted token is refused at once, as JWT, as credentials and as refresh token', async () => {
  const tenantId = await createTenant(harness, 'living-deleted');
  const credentials = await createTenantToken(harness, tenantId, { roleIds: [roleIds.admin] });
  const { accessToken, refreshToken } = (await exchange(harness, credentials)).json<{ accessToken: string; refreshToken: string }>();
  expectStatus(await readsUsers(bearer(accessToken)), 200);
  // A token may delete itself.
  expectStatus(await call(harness, 'DELETE', `/tenants/api-tokens/v1/${credentials.clientId}`, { headers: bearer(accessToken) }), 200);
  expectRefusal(await readsUsers(bearer(accessToken)), 401, unauthorized);
  expectRefusal(await exchange(harness, credentials), 401, invalid);
  expectRefusal(await refresh(refreshToken), 401, invalid);
});

test('a deleted tenant ends its own tokens and those of its members for it, and no others', async () => {
  const { user, headers } = await holder('living-tenant');
  const program = await asToken(harness, await createTenantToken(harness, user.tenantId, { roleIds: [roleIds.admin] }));
  const elsewhere = await createTenant(harness, 'living-tenant-elsewhere');
  await joinTenant(harness, user.email, elsewhere, { roleIds: [roleIds.readOnly] });
  const other = await asToken(harness, await createUserToken(harness, { id: user.id, tenantId: elsewhere }));
  expectStatus(await harness.send({ method: 'DELETE', url: `/tenants/resources/tenants/v1/${user.tenantId}`, headers: environment }), 200);
  for (const gone of [headers, program]) expectRefusal(await readsUsers(gone), 401, unauthorized);
  expectStatus(await readsUsers(other), 200);
});

describe('what a token may do is read from the tables at each request', () => {
  test('a role that the token lost, one that was changed, and one that was deleted', async () => {
    const tenantId = await createTenant(harness, 'living-rights');
    const role = await createRole(harness, tenantId, 'reads', ['fe.secure.read.users']);
    const credentials = await createTenantToken(harness, tenantId, { roleIds: [role] });
    const headers = await asToken(harness, credentials);
    const tenant = await asEnvironment(harness, tenantId);
    expectStatus(await readsUsers(headers), 200);
    await call(harness, 'PATCH', `/tenants/api-tokens/v1/${credentials.clientId}`, { headers: tenant, body: { roleIds: [] } });
    expectStatus(await readsUsers(headers), 403);
    await call(harness, 'PATCH', `/tenants/api-tokens/v1/${credentials.clientId}`, { headers: tenant, body: { roleIds: [role] } });
    expectStatus(await readsUsers(headers), 200);
    await call(harness, 'PUT', `/roles/v1/${role}/permissions`, { headers: tenant, body: { permissionIds: [] } });
    expectStatus(await readsUsers(headers), 403);
    await call(harness, 'DELETE', `/roles/v1/${role}`, { headers: tenant });
    expect((await call(harness, 'GET', '/tenants/api-tokens/v1', { headers: tenant })).json()).toMatchObject([{ roleIds: [] }]);
  });

  test('a role of the environment that is moved to another tenant leaves the tokens of this one', async () => {
    const [tenantId, other] = [await createTenant(harness, 'living-moved'), await createTenant(harness, 'living-moved-other')];
    const body = [{ key: 'moved', name: 'Moved', permissions: [] }];
    const [role] = (await call(harness, 'POST', '/roles/v1', { headers: environment, body })).json<[{ id: string }]>();
    await createTenantToken(harness, tenantId, { roleIds: [role.id] });
    await createTenantToken(harness, other, { roleIds: [role.id] });
    await call(harness, 'PUT', `/roles/v1/${role.id}/tenant`, { headers: environment, body: { tenantId: other } });
    const rolesIn = async (id: string) =>
      (await call(harness, 'GET', '/tenants/api-tokens/v1', { headers: await asEnvironment(harness, id) })).json<{ roleIds: string[] }[]>()[0]
        ?.roleIds;
    expect([await rolesIn(tenantId), await rolesIn(other)]).toEqual([[], [role.id]]);
  });

  test('a role that the user lost, for the token of the user', async () => {
    const { user, headers } = await holder('living-user-rights');
    const tenant = await asEnvironment(harness, user.tenantId);
    expectStatus(await call(harness, 'DELETE', `/users/v1/${user.id}/roles`, { headers: tenant, body: { roleIds: [roleIds.readOnly] } }), 200);
    expectStatus(await readsUsers(headers), 403);
  });
});

test('the creator who is deleted leaves the tokens of the tenant behind, without a name', async () => {
  const tenantId = await createTenant(harness, 'living-creator');
  const role = await createRole(harness, tenantId, 'maker', ['fe.secure.write.tenantApiTokens']);
  const maker = await createUser(harness, tenantId, 'living-maker@acme.example', { roleIds: [role] });
  const own = await asToken(harness, await createUserToken(harness, maker));
  expectStatus(await call(harness, 'POST', '/tenants/api-tokens/v1', { headers: own, body: {} }), 201);
  const tenant = await asEnvironment(harness, tenantId);
  const list = async () => (await call(harness, 'GET', '/tenants/api-tokens/v1', { headers: tenant })).json();
  expect(await list()).toMatchObject([{ createdByUserId: maker.id }]);
  await call(harness, 'DELETE', `/users/v1/${maker.id}`, { headers: environment });
  expect(await list()).toMatchObject([{ createdByUserId: null }]);
});

test('people whom a token invites with one call are invited with its rights of then, and refused once it is gone', async () => {
  const tenantId = await createTenant(harness, 'living-bulk');
  const role = await createRole(harness, tenantId, 'inviter', ['fe.secure.write.users']);
  const credentials = await createTenantToken(harness, tenantId, { roleIds: [role] });
  const headers = await asToken(harness, credentials);
  const inviteBy = async (email: string) => {
    const answer = await call(harness, 'POST', '/users/bulk/v1/invite', { headers, body: { users: [{ email }] } });
    expectStatus(answer, 202);
    return answer.json<{ id: string }>().id;
  };
  const settled = async (id: string) => {
    for (;;) {
      const [bulk] = await query(harness, 'select refused, finished_at from bulk_invitations where id = $1', [id]);
      if (bulk?.finished_at != null) return Number(bulk.refused);
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  expect(await settled(await inviteBy('bulk-one@customer.example'))).toBe(0);
  const [invited] = await query(harness, "select actor_kind, actor_id from audit_events where kind = 'USER_CREATED' and tenant_id = $1", [tenantId]);
  expect(invited).toEqual({ actor_kind: 'API_TOKEN', actor_id: credentials.clientId });
  // The inviter of a call that was stored before the token was deleted, as the worker reads it afterwards.
  const [stored] = await query(harness, 'select inviter from bulk_invitations where tenant_id = $1', [tenantId]);
  expect(JSON.stringify(stored)).toContain(credentials.clientId);
  expectStatus(
    await call(harness, 'DELETE', `/tenants/api-tokens/v1/${credentials.clientId}`, { headers: await asEnvironment(harness, tenantId) }),
    200,
  );
  expectRefusal(
    await call(harness, 'POST', '/users/bulk/v1/invite', { headers, body: { users: [{ email: 'x@customer.example' }] } }),
    401,
    unauthorized,
  );
});
