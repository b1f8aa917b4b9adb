import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser } from '../../support/builders.ts';
import { expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { query } from '../../support/database.ts';
import { asUser, call, expectRefusal, faults, forbidden, joinTenant, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const v1 = '/tenants/resources/tenants/v1';
const v2 = '/tenants/resources/tenants/v2';
const settings = '/tenants/resources/account-settings/v1';
const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

type Headers = Record<string, string>;
const put = (url: string, body?: unknown, headers: Headers = environment) =>
  harness.send({ method: 'PUT', url, headers, ...(body === undefined ? {} : { body }) });
const read = async (tenantId: string) => (await harness.send({ url: `${v2}/${tenantId}`, headers: environment })).json();
const reasons = async (tenantId: string) =>
  (await query(harness, "select reason from audit_events where tenant_id = $1 and kind = 'TENANT_UPDATED' order by at, id", [tenantId])).map(
    ({ reason }) => reason,
  );

describe('the operator', () => {
  test('changes the given fields and keeps the others; an empty text removes one, and null changes nothing', async () => {
    await createTenant(harness, 'changed', 'Before');
    const before = await read('changed');
    harness.clock.advance({ seconds: 5 });
    const answer = await put(`${v1}/Changed`, { name: 'After', tenantId: 'changed', applicationUrl: 'https://app.acme.example', isReseller: true });
    expect(answer.statusCode).toBe(200);
    const after = { ...before, name: 'After', applicationUrl: 'https://app.acme.example', isReseller: true, updatedAt: expect.any(String) };
    expect(answer.json()).toEqual(after);
    expect(answer.json().updatedAt > before.updatedAt).toBe(true);
    expect(await read('changed')).toEqual(answer.json());
    harness.clock.advance({ seconds: 5 });
    const { applicationUrl: _, ...without } = after;
    expect((await put(`${v2}/changed`, { name: null, applicationUrl: '', creatorName: null })).json()).toEqual(without);
    expect(await reasons('changed')).toEqual(['name isReseller applicationUrl', 'applicationUrl']);
  });

  test('v1 leaves metadata alone, and v2 replaces it', async () => {
    await createTenant(harness, 'described');
    expect((await put(`${v2}/described`, { metadata: { plan: 'gold', seats: 3 } })).json().metadata).toBe('{"plan":"gold","seats":3}');
    expect((await put(`${v1}/described`, { name: 'Described', metadata: { plan: 'none' } })).json().metadata).toBe('{"plan":"gold","seats":3}');
    expect((await put(`${v2}/described`, { metadata: '{"plan": "silver"}' })).json().metadata).toBe('{"plan": "silver"}');
    expectRefusal(await put(`${v2}/described`, { metadata: 'silver' }), 400, faults('metadata must be a JSON string'));
    expect((await read('described')).metadata).toBe('{"plan": "silver"}');
  });

  test('a change of nothing, of the id and of an unknown tenant is refused', async () => {
    await createTenant(harness, 'kept');
    const nothing = refusal('Missing parameters to update');
    for (const body of [{}, { tenantId: 'kept' }, { name: null }, { metadata: { a: 1 } }, { color: 'red' }]) {
      expectRefusal(await put(`${v1}/kept`, body), 400, nothing, JSON.stringify(body));
    }
    for (const body of [{}, { metadata: null }]) expectRefusal(await put(`${v2}/kept`, body), 400, nothing);
    expectRefusal(await put(`${v1}/kept`, { name: 'x', tenantId: 'other' }), 400, faults('tenantId cannot be changed'));
    expectRefusal(await put(`${v1}/kept`, { name: '' }), 400, faults('name should not be empty'));
    expectRefusal(await put(`${v1}/kept`), 400, faults('Request body is required'));
    for (const url of [`${v1}/nobody`, `${v2}/nobody`]) expectRefusal(await put(url, { name: 'x' }), 404, refusal('Tenant not found'));
    expect(await read('kept')).toMatchObject({ name: 'kept' });
    for (const url of [`${v1}/kept`, `${v2}/kept`]) {
      await expectStrangersRefused(harness, { method: 'PUT', url, body: { name: 'x' } });
      await expectUsersRefused(harness, { method: 'PUT', url, body: { name: 'x' } });
      await expectTenantHeaderChecked(harness, { method: 'PUT', url, body: { name: 'x' } });
    }
  });
});

describe('account settings', () => {
  let admin: Headers;
  let plain: Headers;
  beforeAll(async () => {
    await createTenant(harness, 'own', 'Own Ltd.');
    await createTenant(harness, 'foreign', 'Foreign Ltd.');
    const { email } = await createUser(harness, 'own', 'admin@acme.example', { roleIds: [roleIds.admin] });
    await joinTenant(harness, email, 'foreign', { roleIds: [roleIds.readOnly] });
    admin = await asUser(harness, email);
    plain = await asUser(harness, (await createUser(harness, 'own', 'plain@acme.example', { roleIds: [roleIds.readOnly] })).email);
  });

  test('an administrator changes what members see, and they see it', async () => {
    const fields = {
      ...{ name: 'Own Inc.', applicationUrl: 'https://own.example', address: 'Main St. 1', timezone: 'UTC', dateFormat: 'YYYY', timeFormat: '12h' },
      ...{ currency: 'USD', logo: 'https://own.example/logo.png' },
    };
    const answer = await put(settings, fields, admin);
    expect([answer.statusCode, answer.json()]).toEqual([200, { tenantId: 'own', ...fields }]);
    expect((await harness.send({ url: settings, headers: plain })).json()).toEqual({ tenantId: 'own', ...fields });
    expect((await harness.send({ url: `${settings}/public`, headers: plain })).json()).toEqual({
      tenantId: 'own',
      applicationUrl: fields.applicationUrl,
    });
    const cleared = Object.fromEntries(Object.keys(fields).map((name) => [name, name === 'name' ? 'Own Ltd.' : '']));
    expect((await put(settings, cleared, admin)).json()).toEqual({ tenantId: 'own', name: 'Own Ltd.' });
    expect(await reasons('own')).toHaveLength(2);
  });

  test('nothing else is changed by them, and nobody else changes them', async () => {
    const before = [await read('own'), await read('foreign')];
    const theOperators = { metadata: { plan: 'gold' }, status: 'paid', alias: 'x', isReseller: true, creatorName: 'Eve', website: 'x', logoUrl: 'x' };
    expectRefusal(await put(settings, theOperators, admin), 400, refusal('Missing parameters to update'));
    expectRefusal(await put(settings, { name: 'x' }, plain), 403, forbidden);
    expectRefusal(await put(settings, { name: 'x' }, { ...admin, 'frontegg-tenant-id': 'foreign' }), 403, forbidden);
    expectRefusal(await put(settings, { name: 'x' }), 403, refusal('frontegg-tenant-id header is required', 'ER-00008'));
    await expectStrangersRefused(harness, { method: 'PUT', url: settings, body: { name: 'x' } });
    expect([await read('own'), await read('foreign')]).toEqual(before);
  });

  test('a role taken away acts at once; the permission for account settings alone is enough', async () => {
    const role = await createRole(harness, 'own', 'settings', ['fe.secure.write.accountSettings']);
    const user = await createUser(harness, 'own', 'settings@acme.example', { roleIds: [role] });
    const headers = await asUser(harness, user.email);
    expect((await put(settings, { currency: 'EUR' }, headers)).statusCode).toBe(200);
    expect((await call(harness, 'DELETE', `/roles/v1/${role}`, { headers: await asEnvironment(harness, 'own') })).statusCode).toBe(204);
    expectRefusal(await put(settings, { currency: 'USD' }, headers), 403, forbidden);
  });

  test('the environment names the tenant by the header', async () => {
    const answer = await put(settings, { name: 'Foreign Inc.' }, await asEnvironment(harness, 'foreign'));
    expect(answer.json()).toEqual({ tenantId: 'foreign', name: 'Foreign Inc.' });
  });
});
