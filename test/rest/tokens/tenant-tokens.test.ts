import { beforeAll, describe, expect, test } from 'vitest';
import { asToken, createTenantToken } from '../../support/api-tokens.ts';
import { asEnvironment, createRole, createTenant, createUser } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { asUser, call, claimsOf, expectEmpty, expectRefusal, faults, forbidden, isoTime, refusal, unauthorized, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const path = '/tenants/api-tokens/v1';
const tenantId = 'tenant-tokens';
let environment: Record<string, string>;
beforeAll(async () => {
  await createTenant(harness, tenantId);
  environment = await asEnvironment(harness, tenantId);
});

const create = (body: object | undefined, headers = environment, at = path) =>
  call(harness, 'POST', at, { headers, ...(body === undefined ? {} : { body }) });
const list = async (headers = environment): Promise<Record<string, unknown>[]> => (await call(harness, 'GET', path, { headers })).json();
const notFound = refusal('API token not found');
const permissionId = async (key: string): Promise<string> =>
  (await call(harness, 'GET', '/permissions/v1', { headers: environment })).json<{ id: string; key: string }[]>().find((each) => each.key === key)
    ?.id ?? '';

test('a token is created with its secret, listed without it, changed, and deleted', async () => {
  const answer = await create({ description: 'CI', metadata: { user: 'ci' }, roleIds: [roleIds.readOnly], expiresInMinutes: 60 });
  expect(answer.statusCode, answer.body).toBe(201);
  const { secret, ...shown } = answer.json<{ secret: string; clientId: string }>();
  expect(secret).toMatch(uuid);
  expect(shown).toEqual({
    ...{ clientId: expect.stringMatching(uuid), tenantId, description: 'CI', metadata: { user: 'ci' }, roleIds: [roleIds.readOnly] },
    ...{ permissionIds: [], createdByUserId: null, createdAt: expect.stringMatching(isoTime), expires: expect.stringMatching(isoTime) },
  });
  expect(await list()).toContainEqual(shown);
  const permission = await permissionId('fe.secure.read.users');
  const change = { description: null, metadata: { user: 'cd' }, roleIds: [], permissionIds: [permission] };
  const changed = await call(harness, 'PATCH', `${path}/${shown.clientId}`, { headers: environment, body: change });
  expect([changed.statusCode, changed.json()]).toEqual([200, { ...shown, metadata: { user: 'cd' }, roleIds: [], permissionIds: [permission] }]);
  const headers = await asToken(harness, { clientId: shown.clientId, secret });
  expect(claimsOf(headers.authorization?.slice(7) ?? '')).toMatchObject({ roles: [], permissions: ['fe.secure.read.users'] });
  expectEmpty(await call(harness, 'DELETE', `${path}/${shown.clientId.toUpperCase()}`, { headers: environment }), 200);
  expect(await list()).not.toContainEqual(expect.objectContaining({ clientId: shown.clientId }));
  expectRefusal(await call(harness, 'GET', '/users/v3', { headers }), 401, unauthorized);
});

test('both versions create the same, an empty body is legal, and the description is a text', async () => {
  for (const at of [path, '/tenants/api-tokens/v2']) {
    const answer = await create(undefined, environment, at);
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ description: '', metadata: {}, roleIds: [], permissionIds: [] });
    expect(answer.json()).not.toHaveProperty('expires');
  }
});

test('what is wrong is refused, and nothing is created', async () => {
  const before = (await list()).length;
  const wrong: [object, number, object][] = [
    [{ expiresInMinutes: 0 }, 400, faults('expiresInMinutes must not be less than 1')],
    [{ expiresInMinutes: 1.5 }, 400, faults('expiresInMinutes must be an integer number')],
    [{ description: 'x'.repeat(1025) }, 400, faults('description must be a string')],
    [{ metadata: 'text' }, 400, faults('metadata must be an object')],
    [{ metadata: { text: 'x'.repeat(16_385) } }, 400, faults('metadata must have at most 16384 bytes as JSON in UTF-8')],
    [{ roleIds: [crypto.randomUUID()] }, 404, refusal('Role not found')],
    [{ permissionIds: [crypto.randomUUID()] }, 404, refusal('Permission not found')],
    [{ roleIds: [await createRole(harness, await createTenant(harness, 'tenant-tokens-other'), 'foreign', [])] }, 404, refusal('Role not found')],
  ];
  for (const [body, status, text] of wrong) expectRefusal(await create(body), status, text, JSON.stringify(body).slice(0, 80));
  expect((await list()).length).toBe(before);
  const headers = await asEnvironment(harness);
  expectRefusal(await create({}, headers), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
  expectRefusal(await call(harness, 'GET', path, { headers }), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
});

test('a token is found by nobody in another tenant, and an unknown or malformed id is not found', async () => {
  const { clientId } = await createTenantToken(harness, tenantId);
  const elsewhere = await asEnvironment(harness, await createTenant(harness, 'tenant-tokens-elsewhere'));
  expectRefusal(await call(harness, 'PATCH', `${path}/${clientId}`, { headers: elsewhere, body: { description: 'x' } }), 404, notFound);
  expectRefusal(await call(harness, 'DELETE', `${path}/${clientId}`, { headers: elsewhere }), 404, notFound);
  expectRefusal(await call(harness, 'DELETE', `/tenants/access-tokens/v1/${clientId}`, { headers: environment }), 404, notFound);
  for (const id of [crypto.randomUUID(), 'no-uuid']) {
    expectRefusal(await call(harness, 'DELETE', `${path}/${id}`, { headers: environment }), 404, notFound);
  }
});

describe('a user of the tenant', () => {
  test('needs the permission for each act', async () => {
    const acts = [
      ['fe.secure.read.tenantApiTokens', 'GET', path],
      ['fe.secure.write.tenantApiTokens', 'POST', path],
      ['fe.secure.delete.tenantApiTokens', 'DELETE', `${path}/${crypto.randomUUID()}`],
    ] as const;
    for (const [permission, method] of acts) {
      const key = permission.split('.')[2] ?? '';
      const member = await createUser(harness, tenantId, `${key}-tokens@acme.example`, {
        roleIds: [await createRole(harness, tenantId, `${key}-tokens`, [permission])],
      });
      const headers = await asUser(harness, member.email);
      for (const [, other, at] of acts) {
        const { statusCode } = await call(harness, other, at, { headers, ...(other === 'POST' ? { body: {} } : {}) });
        expect(statusCode === 403, `${permission} ${other}`).toBe(other !== method);
      }
    }
  });

  test('gives a token no more than it holds, and is told by mail', async () => {
    const writer = ['fe.secure.write.tenantApiTokens', 'fe.secure.read.users'];
    const role = await createRole(harness, tenantId, 'token-writer', writer);
    const member = await createUser(harness, tenantId, 'token-writer@acme.example', { roleIds: [role] });
    const headers = await asUser(harness, member.email);
    expectRefusal(await create({ roleIds: [roleIds.admin] }, headers), 403, forbidden);
    expectRefusal(await create({ permissionIds: [await permissionId('fe.secure.delete.users')] }, headers), 403, forbidden);
    const answer = await create({ roleIds: [role], permissionIds: [await permissionId('fe.secure.read.users')] }, headers);
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ createdByUserId: member.id });
    await harness.app.outbox.flush();
    expect(harness.notices).toContainEqual(expect.objectContaining({ template: 'NOTICE', kind: 'API_TOKEN_CREATED', to: member.email }));
    const [event] = await query(harness, "select actor_id, tenant_id from audit_events where kind = 'API_TOKEN_CREATED' and reason = $1", [
      answer.json<{ clientId: string }>().clientId,
    ]);
    expect(event).toEqual({ actor_id: member.id, tenant_id: tenantId });
  });

  test('gives and takes no role that is more powerful than the own ones', async () => {
    const body = [{ key: 'deep', name: 'Deep', level: 100, permissions: [await permissionId('fe.secure.*')] }];
    const [deep] = (await call(harness, 'POST', '/roles/v1', { headers: environment, body })).json<[{ id: string }]>();
    const member = await createUser(harness, tenantId, 'deep-tokens@acme.example', { roleIds: [deep.id] });
    const headers = await asUser(harness, member.email);
    const tooLow = refusal('Role level is too low');
    expectRefusal(await create({ roleIds: [roleIds.readOnly] }, headers), 403, tooLow);
    const { clientId } = await createTenantToken(harness, tenantId, { roleIds: [roleIds.readOnly] });
    expectRefusal(await call(harness, 'PATCH', `${path}/${clientId}`, { headers, body: { roleIds: [] } }), 403, tooLow);
    expect((await call(harness, 'PATCH', `${path}/${clientId}`, { headers, body: { description: 'x' } })).statusCode).toBe(200);
  });

  test('a token makes tokens as its tenant does, without a step-up and within its own rights', async () => {
    const maker = await asToken(harness, await createTenantToken(harness, tenantId, { roleIds: [roleIds.admin] }));
    const answer = await create({ roleIds: [roleIds.readOnly] }, maker);
    expect(answer.statusCode, answer.body).toBe(201);
    expect(answer.json()).toMatchObject({ tenantId, createdByUserId: null });
    const weak = await asToken(
      harness,
      await createTenantToken(harness, tenantId, { permissionIds: [await permissionId('fe.secure.write.tenantApiTokens')] }),
    );
    expectRefusal(await create({ roleIds: [roleIds.readOnly] }, weak), 403, refusal('Role level is too low'));
    expectRefusal(await create({ permissionIds: [await permissionId('fe.secure.*')] }, weak), 403, forbidden);
  });
});
