import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, identity, logIn, setPolicy } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { query } from '../../support/database.ts';
import { asUser, call, expectEmpty, expectRefusal, forbidden, joinTenant, refusal, unauthorized, userWith } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const v1 = '/tenants/resources/tenants/v1';
const harness = useHarness();
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});

const notFound = refusal('Tenant not found');
const remove = (path: string, headers = environment) => harness.send({ method: 'DELETE', url: `${v1}${path}`, headers });
const read = async (tenantId: string) => (await harness.send({ url: `${v1}/${tenantId}`, headers: environment })).json();
const eventsOf = (tenantId: string) =>
  query(harness, 'select kind, actor_kind, actor_id, user_id from audit_events where tenant_id = $1 order by at, id', [tenantId]);

describe('by the operator', () => {
  test('a tenant is gone: for its id, for the header, and for whoever was in it', async () => {
    const member = await userWith(harness, 'gone', 'admin');
    expectEmpty(await remove('/GONE'), 200);
    expect(await read('gone')).toEqual([]);
    expect((await harness.send({ url: v1, headers: environment })).json()).toEqual([]);
    const inTenant = await asEnvironment(harness, 'gone');
    expectRefusal(await call(harness, 'GET', '/configurations/v1/mfa-policy', { headers: inTenant }), 404, notFound);
    expectRefusal(await call(harness, 'GET', '/users/v2/me', { headers: member.headers }), 401, unauthorized);
    expect((await logIn(harness, member.email)).statusCode).toBe(401);
    expectRefusal(await remove('/gone'), 404, notFound);
    for (const method of ['PUT', 'POST'] as const) {
      const url = method === 'PUT' ? `${v1}/gone` : `${v1}/gone/metadata`;
      expectRefusal(await harness.send({ method, url, headers: environment, body: { name: 'x', metadata: {} } }), 404, notFound);
    }
    const newUser = { email: 'late@acme.example', tenantId: 'gone' };
    expectRefusal(await call(harness, 'POST', '/vendor-only/users/v1', { headers: environment, body: newUser }), 404, notFound);
  });

  test('who was in it alone is deleted, and others go on in the oldest tenant that is left', async () => {
    const alone = await createUserInTenant(harness, 'leaving');
    await createTenant(harness, 'second');
    await createTenant(harness, 'third');
    const both = await createUser(harness, 'leaving', 'both@acme.example');
    for (const tenantId of ['third', 'second']) {
      harness.clock.advance({ seconds: 1 });
      await joinTenant(harness, both.email, tenantId);
    }
    const other = await createUser(harness, 'second', 'other@acme.example');
    await joinTenant(harness, other.email, 'leaving');
    const session = await asUser(harness, both.email);
    const otherSession = await asUser(harness, other.email);
    expectEmpty(await remove('/leaving'), 200);
    expect(await query(harness, 'select id from users where id = $1', [alone.id])).toEqual([]);
    expect((await call(harness, 'GET', '/users/v2/me', { headers: session })).statusCode).toBe(401);
    expect((await call(harness, 'GET', '/users/v2/me', { headers: otherSession })).json()).toMatchObject({
      tenantId: 'second',
      tenantIds: ['second'],
    });
    expect((await call(harness, 'GET', '/users/v2/me', { headers: await asUser(harness, both.email) })).json()).toMatchObject({
      ...{ tenantId: 'third', tenantIds: ['third', 'second'] },
    });
    expect(await eventsOf('leaving')).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'TENANT_DELETED', actor_kind: 'ENVIRONMENT', user_id: null }),
        expect.objectContaining({ kind: 'USER_DELETED', actor_kind: 'ENVIRONMENT', user_id: alone.id }),
      ]),
    );
    expect((await eventsOf('leaving')).filter(({ kind }) => kind === 'USER_DELETED')).toHaveLength(1);
  });

  test('the id can be used again: the row has the same id, and nothing of before comes back', async () => {
    const before = await harness.send({
      method: 'POST',
      url: v1,
      headers: environment,
      body: { name: 'Old', tenantId: 'again', metadata: { a: 1 } },
    });
    const { email } = await createUser(harness, 'again', 'again@acme.example', { roleIds: [await createRole(harness, 'again', 'clerk', [])] });
    await setPolicy(harness, { enforceMFAType: 'Force' }, 'again');
    expectEmpty(await remove('/again'), 200);
    harness.clock.advance({ seconds: 1 });
    const after = await harness.send({ method: 'POST', url: v1, headers: environment, body: { name: 'New', tenantId: 'again' } });
    expect(after.json()).toMatchObject({ id: before.json().id, tenantId: 'again', name: 'New', metadata: '{}' });
    expect(after.json().createdAt > before.json().createdAt).toBe(true);
    const inTenant = await asEnvironment(harness, 'again');
    expect((await call(harness, 'GET', '/configurations/v1/mfa-policy', { headers: inTenant })).statusCode).toBe(404);
    expect((await call(harness, 'GET', '/roles/v1', { headers: inTenant })).json().map(({ key }: { key: string }) => key)).not.toContain('clerk');
    expect((await logIn(harness, email)).statusCode).toBe(401);
    expect((await createUser(harness, 'again', email)).email).toBe(email);
  });

  test('of several deletions at once one succeeds', async () => {
    await createUserInTenant(harness, 'race');
    const answers = await Promise.all(Array.from({ length: 5 }, () => remove('/race')));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 404, 404, 404, 404]);
    expect((await eventsOf('race')).filter(({ kind }) => kind === 'TENANT_DELETED')).toHaveLength(1);
  });

  test('a body is ignored, and strangers and users are refused', async () => {
    await createTenant(harness, 'kept');
    const request = { method: 'DELETE', url: `${v1}/kept` } as const;
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    await expectTenantHeaderChecked(harness, request);
    expect(await read('kept')).toHaveLength(1);
    expectEmpty(await harness.send({ ...request, headers: environment, body: { tenantId: 'other' } }), 200);
  });
});

describe('by a user', () => {
  const owner = async (name: string) => {
    await createTenant(harness, name);
    const role = await createRole(harness, name, 'owner', ['fe.account-settings.delete.account']);
    const user = await createUser(harness, name, `${name}@acme.example`, { roleIds: [role] });
    return { ...user, headers: await asUser(harness, user.email) };
  };

  test('with the permission, the tenant in force is deleted and no other one', async () => {
    const user = await owner('mine');
    await createTenant(harness, 'elsewhere');
    await joinTenant(harness, user.email, 'elsewhere');
    expectRefusal(await remove('', { ...user.headers, 'frontegg-tenant-id': 'elsewhere' }), 403, forbidden);
    expectEmpty(await remove('', user.headers), 200);
    expect([await read('mine'), (await read('elsewhere')).length]).toEqual([[], 1]);
    expect(await eventsOf('mine')).toContainEqual({ kind: 'TENANT_DELETED', actor_kind: 'USER', actor_id: user.id, user_id: null });
    expectRefusal(await remove('', user.headers), 401, unauthorized);
  });

  test('whoever is in it alone deletes oneself with it', async () => {
    const user = await owner('last');
    expectEmpty(await remove('', user.headers), 200);
    expect(await query(harness, 'select id from users where id = $1', [user.id])).toEqual([]);
    expect(await eventsOf('last')).toContainEqual({ kind: 'USER_DELETED', actor_kind: 'USER', actor_id: user.id, user_id: user.id });
  });

  test('an administrator without that permission, the environment and strangers are refused', async () => {
    const admin = await userWith(harness, 'administered', 'admin');
    expectRefusal(await remove('', admin.headers), 403, forbidden);
    expectRefusal(await remove('/administered', admin.headers), 403, forbidden);
    await expectEnvironmentRefused(harness, { method: 'DELETE', url: v1 });
    await expectStrangersRefused(harness, { method: 'DELETE', url: v1 });
    expect(await read('administered')).toHaveLength(1);
    expect((await harness.send({ url: `${identity}/users/v2/me`, headers: admin.headers })).statusCode).toBe(200);
  });
});
