import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, identity, password, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { loggedIn, me } from '../../support/requests.ts';
import { operations, titled } from '../../support/rest-operations.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
let admin: TestUser;
let victim: TestUser;
let accessToken: string;
beforeAll(async () => {
  admin = await createUserInTenant(harness, 'own', { roleIds: [roleIds.admin] });
  victim = await createUserInTenant(harness, 'foreign', { roleIds: [roleIds.admin] });
  await createTenant(harness, 'second');
  await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 77 }, 'foreign');
  await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 88 });
  await harness.send({
    method: 'POST',
    url: `${identity}/users/v2`,
    headers: await asEnvironment(harness, 'second'),
    body: { email: admin.email, password, roleIds: [roleIds.readOnly] },
  });
});
beforeEach(async () => {
  // An access token lives 15 minutes; clocks of tests move.
  ({ accessToken } = await loggedIn(harness, admin.email));
});

const policyUrl = `${identity}/configurations/v1/mfa-policy`;
const bearer = (token: string, tenant?: string) => ({
  authorization: `Bearer ${token}`,
  ...(tenant === undefined ? {} : { 'frontegg-tenant-id': tenant }),
});

/** Everything that belongs to the other tenant or to the whole environment. */
const others = async () => [
  await query(harness, "select * from mfa_policies where owner <> 'tenant:own' order by id"),
  await query(harness, 'select * from strategy_settings order by owner, strategy'),
  await query(harness, 'select * from environments'),
  await query(harness, 'select * from users where id = $1', [victim.id]),
  await query(harness, 'select * from memberships order by user_id, tenant_id'),
];

const forAnyUser = titled(operations.filter(({ access }) => access === 'signedIn' || access === 'user'));
const forTheEnvironment = titled(operations.filter(({ access }) => access === 'environment'));
const bodyOf = ({ method }: { method: string }) =>
  method === 'GET' ? {} : { body: { enforceMFAType: 'Force', strategy: 'EmailCode', isActive: true } };

describe('T31 the tenant comes from the token', () => {
  test.each(forAnyUser)('T31 %s refuses a header naming a tenant of somebody else, existing or not', async (_, operation) => {
    const before = await others();
    for (const tenant of ['foreign', 'of-nobody', 'FOREIGN', '*', 'own/../foreign']) {
      const answer = await harness.send({ ...operation, ...bodyOf(operation), headers: bearer(accessToken, tenant) });
      expect([answer.statusCode, answer.json()], tenant).toEqual([403, { errors: ['Forbidden'] }]);
    }
    expect(await others()).toEqual(before);
  });

  test.each(forAnyUser)('T31 %s refuses a header that is empty or names several', async (_, operation) => {
    const before = await others();
    for (const tenant of ['', ' ', 'own,foreign', 'own, own', ',own', 'own,']) {
      const answer = await harness.send({ ...operation, ...bodyOf(operation), headers: bearer(accessToken, tenant) });
      expect(answer.statusCode, JSON.stringify(tenant)).toBe(400);
    }
    const twice = await harness.app.http.inject({
      method: operation.method,
      url: operation.template,
      headers: { authorization: `Bearer ${accessToken}`, 'frontegg-tenant-id': ['own', 'foreign'] as unknown as string },
    });
    expect(twice.statusCode).toBe(400);
    expect(await others()).toEqual(before);
  });

  test('T31 fields of body and query that name a tenant change nothing', async () => {
    const before = await others();
    const named = { tenantId: 'foreign', vendorId: 'x', owner: 'tenant:foreign', id: String(before[0]?.[0]?.id) };
    const answer = await harness.send({
      method: 'PUT',
      url: `${policyUrl}?tenantId=foreign&frontegg-tenant-id=foreign`,
      headers: bearer(accessToken),
      body: { ...named, enforceMFAType: 'DontForce', mfaDeviceExpiration: 99 },
    });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(await others()).toEqual(before);
    expect(await query(harness, "select * from mfa_policies where owner = 'tenant:own'")).toMatchObject([{ mfa_device_expiration_seconds: 99 }]);
    const read = await harness.send({ url: `${policyUrl}?tenantId=foreign`, headers: bearer(accessToken) });
    expect(read.json()).toMatchObject({ mfaDeviceExpiration: 99 });
  });

  test('T31 in another of the own tenants the permissions held there count, not those of the token', async () => {
    expect((await harness.send({ url: policyUrl, headers: bearer(accessToken, 'second') })).statusCode).toBe(404);
    const write = await harness.send({ method: 'PUT', url: policyUrl, headers: bearer(accessToken, 'second'), body: {} });
    expect([write.statusCode, write.json()]).toEqual([403, { errors: ['Forbidden'] }]);
  });

  test('T31 a user without roles reads and writes no policy', async () => {
    const plain = await createUser(harness, 'own', 'plain@acme.example');
    const { accessToken: token } = await loggedIn(harness, plain.email);
    for (const method of ['GET', 'PUT', 'PATCH', 'POST'] as const) {
      const answer = await harness.send({ method, url: policyUrl, headers: bearer(token), ...(method === 'GET' ? {} : { body: {} }) });
      expect(answer.statusCode, method).toBe(403);
    }
  });

  test('T31 an environment token that names one tenant in the header and another in the input creates nobody', async () => {
    const before = await others();
    const input = { email: 'between@acme.example', tenantId: 'foreign' };
    const headers = await asEnvironment(harness, 'own');
    const rest = await harness.send({ method: 'POST', url: `${identity}/vendor-only/users/v1`, headers, body: input });
    expect([rest.statusCode, rest.json()]).toEqual([403, { errors: ['Forbidden'] }]);
    const document = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { __typename } }';
    const graphql = await harness.graphql(document, { input }, headers);
    expect(graphql.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await others()).toEqual(before);
    expect(await query(harness, "select 1 from users where email_normalized = 'between@acme.example'")).toEqual([]);
    const same = await harness.send({ method: 'POST', url: `${identity}/vendor-only/users/v1`, headers, body: { ...input, tenantId: 'own' } });
    expect(same.statusCode).toBe(201);
  });

  test('T31 an environment token that names one tenant in the header changes and deletes no other one', async () => {
    const before = [...(await others()), await query(harness, 'select * from tenants order by id')];
    const headers = await asEnvironment(harness, 'own');
    const tenants = '/tenants/resources/tenants';
    for (const named of ['foreign', 'of-nobody']) {
      for (const [method, url, body] of [
        ['PUT', `${tenants}/v1/${named}`, { name: 'x' }],
        ['PUT', `${tenants}/v2/${named}`, { name: 'x' }],
        ['DELETE', `${tenants}/v1/${named}`, undefined],
        ['POST', `${tenants}/v1/${named}/metadata`, { metadata: { a: 1 } }],
        ['DELETE', `${tenants}/v1/${named}/metadata/a`, undefined],
      ] as const) {
        const answer = await harness.send({ method, url, headers, ...(body === undefined ? {} : { body }) });
        expect([answer.statusCode, answer.json()], `${method} ${url}`).toEqual([403, { errors: ['Forbidden'] }]);
      }
      for (const [name, more] of [
        ['updateTenant', { name: 'x' }],
        ['setTenantMetadata', { metadata: {} }],
        ['deleteTenant', {}],
      ] as const) {
        const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
        const answer = await harness.graphql(
          `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`,
          { input: { tenantId: named, ...more } },
          headers,
        );
        expect(answer.errors, name).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      }
    }
    expect([...(await others()), await query(harness, 'select * from tenants order by id')]).toEqual(before);
    const own = await harness.send({ method: 'PUT', url: `${tenants}/v1/OWN`, headers, body: { name: 'Own' } });
    expect(own.statusCode, own.body).toBe(200);
  });

  test('T31 an environment token naming an unknown tenant falls back to nothing', async () => {
    const before = await others();
    const token = await harness.environmentToken();
    for (const operation of operations.filter(({ access }) => access === 'environment' || access === 'signedIn')) {
      const url = operation.template.replace(':id', victim.id);
      const answer = await harness.send({ method: operation.method, url, ...bodyOf(operation), headers: bearer(token, 'of-nobody') });
      expect([answer.statusCode, answer.json()], url).toEqual([404, { errors: ['Tenant not found'] }]);
    }
    expect(await others()).toEqual(before);
    const read = await harness.send({ url: `${identity}/users/v1/${victim.id}`, headers: bearer(token, 'own') });
    expect([read.statusCode, read.json()]).toEqual([404, { errors: ['User not found'] }]);
  });
});

test('T32 frontegg-user-id does not change who a user token speaks for', async () => {
  const answer = await me(harness, accessToken, { 'frontegg-user-id': victim.id });
  expect(answer.json()).toMatchObject({ id: admin.id, email: admin.email });
});

describe('T33 what the environment may do, a user may not', () => {
  test.each(forTheEnvironment)('T33 %s refuses a user token, in either header', async (_, operation) => {
    const before = await others();
    const url = operation.template.replace(':id', victim.id);
    const body =
      operation.method === 'GET' ? {} : { body: { name: 'x', tenantId: 'planted', email: 'planted@acme.example', strategy: 'SMS', isActive: false } };
    expect((await harness.send({ method: operation.method, url, ...body, headers: bearer(accessToken) })).statusCode).toBe(403);
    expect((await harness.send({ method: operation.method, url, ...body, headers: { 'x-access-token': accessToken } })).statusCode).toBe(401);
    expect((await harness.send({ method: operation.method, url, ...body })).statusCode).toBe(401);
    expect(await others()).toEqual(before);
  });
});
