import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, enroll, logIn, mfaTokenFor, setPolicy, totp } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { documents, run } from '../../support/graphql-documents.ts';
import { clientId } from '../../support/harness.ts';
import { call, claimsOf, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const ask = async (query: string, variables: object, headers?: Record<string, string>) => {
  const answer = await harness.graphql(query, variables, headers ?? (await asEnvironment(harness)));
  expect(answer.errors, JSON.stringify(answer.errors)).toBeUndefined();
  // biome-ignore lint/suspicious/noExplicitAny: assertions say what is in it
  return answer.data as any;
};
const tenantBy = async (id: string) => (await ask('query ($id: ID!) { tenant(id: $id) { id restId } }', { id })).tenant;
const eventsOf = async (tenantId: string) =>
  (await ask('query ($t: ID) { mfaEvents(filter: { tenantId: $t, kinds: [TENANT_CREATED] }) { nodes { tenant { restId } } } }', { t: tenantId }))
    .mfaEvents.nodes;
const createUserIn = async (tenantId: string, email: string) => run(harness, documents.createUser, { email, tenantId }, await asEnvironment(harness));
const tenantOfHeader = async (tenantId: string) => {
  const answer = await call(harness, 'GET', '/configurations/v1/mfa-policy', { headers: await asEnvironment(harness, tenantId) });
  return answer.statusCode === 404 && answer.body.includes('Tenant not found') ? null : answer.statusCode;
};

describe('an id of a tenant has one meaning', () => {
  /** What reads as a global id to somebody who encodes it by hand, as an earlier release did. */
  const lookAlike = (id: string) => Buffer.from(`Tenant:${id}`).toString('base64url');

  test('no tenant can have the global id of another one as its own id', async () => {
    await createTenant(harness, 'victim');
    const { id } = await tenantBy('victim');
    const rest = await harness.send({
      ...{ method: 'POST', url: '/tenants/resources/tenants/v1', headers: await asEnvironment(harness), body: { name: 'Evil', tenantId: id } },
    });
    expect(rest.statusCode).toBe(400);
    const created = await run(harness, documents.createTenant, { name: 'Evil', tenantId: id }, await asEnvironment(harness));
    expect(created).toMatchObject({ __typename: 'InvalidInputError' });
  });

  test('and an id that only looks like one means the tenant that has it, wherever it is taken', async () => {
    const own = lookAlike('victim');
    await createTenant(harness, own);
    expect(await tenantBy(own)).toMatchObject({ restId: own });
    expect(await eventsOf(own)).toEqual([{ tenant: { restId: own } }]);
    expect(await createUserIn(own, 'own@acme.example')).toMatchObject({ user: { memberships: [{ tenant: { restId: own } }] } });
    await setPolicy(harness, { enforceMFAType: 'Force' }, own);
    expect(await tenantOfHeader('victim'), 'the header acted on no other tenant').not.toBe(200);
    const user = await createUser(harness, own, 'refreshed@acme.example', { mfaBypass: true });
    await joinTenant(harness, user.email, 'victim', {});
    const { refreshToken } = (await logIn(harness, user.email)).json();
    const { session } = await run(harness, documents.refreshSession, { refreshToken, tenantId: own });
    expect(claimsOf(session.accessToken)).toMatchObject({ tenantId: own });
  });

  test('the global id means the same tenant in every place that takes one', async () => {
    const { id } = await tenantBy('victim');
    expect(await tenantBy(id)).toMatchObject({ id, restId: 'victim' });
    expect(await eventsOf(id)).toEqual([{ tenant: { restId: 'victim' } }]);
    expect((await ask('query ($id: ID!) { node(id: $id) { ... on Tenant { restId } } }', { id })).node).toEqual({ restId: 'victim' });
    expect(await createUserIn(id, 'by-global-id@acme.example')).toMatchObject({ user: { memberships: [{ tenant: { restId: 'victim' } }] } });
    expect(await tenantOfHeader(id), 'REST takes no global ids').toBeNull();
  });
});

describe('an id of a tenant is found in any letter case', () => {
  test('and everything that is answered and stored has it as it was created', async () => {
    await createTenant(harness, 'Acme-Main');
    for (const [index, named] of ['ACME-MAIN', 'acme-main', 'Acme-Main'].entries()) {
      expect(await tenantBy(named), named).toMatchObject({ restId: 'Acme-Main' });
      expect(await eventsOf(named), named).toEqual([{ tenant: { restId: 'Acme-Main' } }]);
      await setPolicy(harness, { enforceMFAType: 'Force' }, named);
      const user = await createUser(harness, named, `user-${index}@case.example`);
      const read = await call(harness, 'GET', `/users/v1/${user.id}`, { headers: await asEnvironment(harness, named) });
      expect(read.json(), named).toMatchObject({ tenantId: 'Acme-Main', tenantIds: ['Acme-Main'] });
    }
    const stored = await ask('{ tenant(id: "acme-main") { mfaPolicy { enforceMfaType } } }', {});
    expect(stored.tenant).toMatchObject({ mfaPolicy: { enforceMfaType: 'FORCE' } });
  });

  test('by a user as well: header, switch and refresh', async () => {
    const user = await createUserInTenant(harness, 'Case-One', { mfaBypass: true });
    await joinTenant(harness, user.email, await createTenant(harness, 'Case-Two'), { roleIds: [roleIds.admin] });
    const { accessToken, refreshToken } = (await logIn(harness, user.email)).json();
    const headers = { authorization: `Bearer ${accessToken}` };
    const me = await call(harness, 'GET', '/users/v2/me', { headers: { ...headers, 'frontegg-tenant-id': 'CASE-TWO' } });
    expect(me.json()).toMatchObject({ tenantId: 'Case-Two', roles: [{ key: 'Admin' }] });
    const switched = await call(harness, 'PUT', '/users/v1/tenant', { headers, body: { tenantId: 'case-two' } });
    expect(switched.json()).toMatchObject({ tenantId: 'Case-Two', roles: [{ key: 'Admin' }] });
    const { session } = await run(harness, documents.refreshSession, { refreshToken, tenantId: 'CASE-two' });
    expect(claimsOf(session.accessToken)).toMatchObject({ tenantId: 'Case-Two' });
  });

  test('so no second tenant gets an id that differs in letter case alone', async () => {
    const create = async (tenantId: string) =>
      harness.send({ method: 'POST', url: '/tenants/resources/tenants/v1', headers: await asEnvironment(harness), body: { name: 'X', tenantId } });
    expect((await create('ACME-main')).statusCode).toBe(409);
    expect((await create('Acme-Main')).statusCode).toBe(409);
    expect((await create('\u212Aim')).statusCode, 'the sign for kelvin is no letter of an id').toBe(400);
  });

  test('and where an earlier release created two, each is found by its own spelling and neither by a third', async () => {
    await createTenant(harness, 'twin');
    await execute(
      harness,
      "insert into tenants (id, name, created_at, updated_at) select 'TWIN', name, created_at, updated_at from tenants where id = 'twin'",
    );
    expect(await tenantBy('twin')).toMatchObject({ restId: 'twin' });
    expect(await tenantBy('TWIN')).toMatchObject({ restId: 'TWIN' });
    expect(await tenantBy('Twin')).toBeNull();
    expect([await tenantOfHeader('twin'), await tenantOfHeader('TWIN'), await tenantOfHeader('Twin')]).toEqual([404, 404, null]);
  });
});

describe('a UUID is found in capitals', () => {
  test('of a user, in every path, header, body and argument', async () => {
    const user = await createUserInTenant(harness, 'capitals');
    const loud = user.id.toUpperCase();
    expect(loud).not.toBe(user.id);
    const environment = await asEnvironment(harness);
    const inTenant = await asEnvironment(harness, 'capitals');
    const rest = (method: 'GET' | 'POST' | 'PUT', url: string, body?: object, headers = inTenant) =>
      call(harness, method, url, { headers, ...(body === undefined ? {} : { body }) });
    expect((await rest('GET', `/users/v1/${loud}`)).json()).toMatchObject({ id: user.id });
    expect((await rest('GET', `/vendor-only/users/v1/${loud}`)).json()).toMatchObject({ id: user.id });
    expect((await rest('PUT', `/users/v1/${loud}`, { name: 'Loud' })).json()).toMatchObject({ id: user.id, name: 'Loud' });
    for (const path of [
      `/users/v1/${loud}/verify`,
      `/users/v1/${loud}/lock`,
      `/users/v1/${loud}/unlock`,
      `/vendor-only/users/v1/${loud}/mfa/unenroll`,
    ]) {
      expect((await rest('POST', path, {}, environment)).statusCode, path).toBe(200);
    }
    expect((await rest('POST', '/users/v1/mfa/enroll', undefined, { ...environment, 'frontegg-user-id': loud })).statusCode).toBe(200);
    const { token } = (await rest('POST', `/users/v1/${loud}/links/generate-activation-token`, {}, environment)).json();
    expect((await call(harness, 'POST', '/users/v1/activate', { body: { userId: loud, token } })).statusCode).toBe(200);
    expect((await ask('query ($id: ID!) { user(id: $id) { restId } }', { id: loud })).user).toEqual({ restId: user.id });
    for (const document of [documents.lockUser, documents.unlockUser, documents.verifyUserEmail, documents.resetUserMfa]) {
      expect(await run(harness, document, { userId: loud }, environment)).toMatchObject({ user: { restId: user.id } });
    }
    const events = await ask('query ($u: ID) { mfaEvents(filter: { userId: $u, kinds: [USER_LOCKED] }) { totalCount } }', { u: loud });
    expect(events.mfaEvents.totalCount).toBe(2);
  });

  test('of the environment', async () => {
    const body = { clientId: clientId.toUpperCase(), secret: harness.secret };
    expect((await harness.send({ method: 'POST', url: '/auth/vendor', body })).statusCode).toBe(200);
    expect(await run(harness, documents.authenticateEnvironment, body)).toMatchObject({ __typename: 'AuthenticateEnvironmentSuccess' });
  });

  test('of an authenticator and of a tenant', async () => {
    const user = await createUserInTenant(harness, 'capital-device');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    const deviceOf = async () => (await logIn(harness, user.email)).json().mfaDevices.authenticators[0].id.toUpperCase();
    const path = `/auth/v1/user/mfa/authenticator/${await deviceOf()}/verify`;
    const verified = await call(harness, 'POST', path, { body: { mfaToken: await mfaTokenFor(harness, user.email), value: totp(harness, secret) } });
    expect(verified.statusCode, verified.body).toBe(201);
    harness.clock.advance({ seconds: 30 });
    const input = { mfaToken: await mfaTokenFor(harness, user.email), deviceId: await deviceOf(), code: totp(harness, secret) };
    expect(await run(harness, documents.verifyApp, input)).toMatchObject({ __typename: 'VerifyAuthenticatorAppSuccess' });

    const { tenant } = await run(harness, documents.createTenant, { name: 'Generated' }, await asEnvironment(harness));
    expect(await tenantBy(tenant.restId.toUpperCase())).toMatchObject({ restId: tenant.restId });
    expect(await tenantOfHeader(tenant.restId.toUpperCase())).not.toBeNull();
    const chosen = 'ABCDEF01-2345-4789-ABCD-EF0123456789';
    await createTenant(harness, chosen);
    for (const [index, named] of [chosen, chosen.toLowerCase()].entries())
      expect(await createUserIn(named, `chosen-${index}@acme.example`)).toMatchObject({ user: { memberships: [{ tenant: { restId: chosen } }] } });
  });
});
