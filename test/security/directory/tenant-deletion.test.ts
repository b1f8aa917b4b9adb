import { randomUUID } from 'node:crypto';
import { getTableColumns, getTableName } from 'drizzle-orm';
import { describe, expect, test, vi } from 'vitest';
import { defaultRotationFields, nothingSet } from '../../../src/domain/password/policy.ts';
import { tables } from '../../../src/store/schema.sqlite.ts';
import { linkOf, userOf } from '../../store/fixtures.ts';
import { asEnvironment, createRole, createTenant, createUser, enroll, identity, logIn, setPolicy, setStrategy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { grant } from '../../support/enforcement.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect, openDatabase, openHarness } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { plan } from '../../support/plans.ts';
import { asUser, joinTenant } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const v1 = '/tenants/resources/tenants/v1';
const remove = async (harness: Harness, tenantId: string) =>
  harness.send({ method: 'DELETE', url: `${v1}/${tenantId}`, headers: await asEnvironment(harness) });

/** Columns of any table in which one of the texts is, each as `table.column`. What is in the audit trail stays. */
async function mentions(harness: Harness, texts: readonly string[]): Promise<string[]> {
  const columns = await query(
    harness,
    dialect === 'sqlite'
      ? "select t.name as table_name, c.name as column_name from sqlite_master t, pragma_table_info(t.name) c where t.type = 'table' and c.type = 'text' collate nocase"
      : "select table_name, column_name from information_schema.columns where table_schema = 'public' and data_type = 'text'",
  );
  const list = texts.map((text) => `'${text}'`).join();
  const checks = columns
    .filter(({ table_name }) => table_name !== 'audit_events')
    .map(
      ({ table_name: table, column_name: column }) =>
        `select '${table}.${column}' as place where exists (select 1 from "${table}" where "${column}" in (${list}))`,
    );
  return (await query(harness, checks.join(' union all '))).map(({ place }) => String(place));
}

/** Every column that names a tenant, so that a new one has to be in the story below. */
const tenantColumns = Object.values(tables).flatMap((table) =>
  Object.keys(getTableColumns(table)).flatMap((name) =>
    /tenant/i.test(name) ? [`${getTableName(table)}.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`] : [],
  ),
);

describe('nothing of a deleted tenant is left but the audit trail', () => {
  const harness = useHarness(openInstances);

  test('in any table that names tenants, and nothing of a user who was in it alone', async () => {
    const tenantId = await createTenant(harness, 'swept');
    await createTenant(harness, 'stays');
    const roleId = await createRole(harness, tenantId, 'clerk', ['fe.secure.read.users']);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    await setStrategy(harness, 'EmailCode', true);
    await setStrategy(harness, 'EmailCode', false, tenantId);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, 'stays');
    const inTenant = await asEnvironment(harness, tenantId);
    const lockout = { method: 'POST', url: `${identity}/configurations/v1/lockout-policy`, body: { enabled: true, maxAttempts: 9 } } as const;
    expect((await harness.send({ ...lockout, headers: inTenant })).statusCode).toBe(201);
    const alone = await createUser(harness, tenantId, 'alone@acme.example', { roleIds: [roleId] });
    await enroll(harness, alone.email);
    await logIn(harness, alone.email);
    const both = await createUser(harness, tenantId, 'both@acme.example', { roleIds: [roleId] });
    await joinTenant(harness, both.email, 'stays');
    await enroll(harness, both.email);
    const invited = await createUser(harness, 'stays', 'invited@acme.example');
    const now = harness.clock.now();
    await harness.app.store.userTokens.replace({
      ...{ id: randomUUID(), purpose: 'INVITATION', subject: `${invited.id} ${tenantId}`, userId: invited.id, tenantId },
      ...{ tokenHash: randomUUID(), codeDigest: null, attempts: 0, createdAt: now, expiresAt: new Date(now.getTime() + 600_000) },
    });

    const ownToken = {
      id: randomUUID(),
      kind: 'CLIENT_CREDENTIALS',
      tenantId,
      userId: null,
      createdByUserId: both.id,
      secretDigest: 'k1:digest',
    } as const;
    const tokenTexts = { description: '', metadata: '{}', roleIds: [roleId], permissionIds: [], createdAt: now, expiresAt: null };
    await harness.app.store.apiTokens.add({ ...ownToken, ...tokenTexts });

    const announced = { id: randomUUID(), tenantId, enforceMfaType: 'FORCE', startsAt: now, graceDays: 1, remindDaysBefore: [] } as const;
    await harness.app.store.enforcementSchedules.add({ ...announced, createdAt: now, startedAt: null, cancelledAt: now }, []);
    expect(await grant(harness, { userId: both.id, tenantId })).toMatchObject({ __typename: 'GrantMfaExemptionSuccess' });
    await plan(harness, inTenant, `version: 1\ntenants:\n  ${tenantId}:\n    mfaStrategies: { SMS: false }\n`);
    const begun = {
      userId: both.id,
      owner: `user:${both.id}:enroll`,
      sealed: new Uint8Array(1),
      createdAt: now,
      expiresAt: new Date(now.getTime() + 600_000),
    };
    await harness.app.store.pendingEnrollments.keep({ ...begun, id: randomUUID(), strategy: 'AUTHENTICATOR_APP', tenantId }, now);
    const texted = { id: randomUUID(), tokenHash: randomUUID(), strategy: 'SMS', enrollmentTenantId: tenantId } as const;
    await harness.app.store.oneTimeCodes.replace({ ...begun, ...texted });

    const [session] = await query(harness, 'select id from sessions where user_id = $1 and tenant_id = $2', [both.id, tenantId]);
    const code = {
      userId: both.id,
      tenantId,
      sessionId: String(session?.id),
      clientId: 'c',
      redirectUri: 'https://app.acme.example/',
      scope: 'openid',
    };
    await harness.app.store.authorizationCodes.add({
      ...{ id: randomUUID(), codeHash: randomUUID(), ...code, codeChallenge: null, nonce: null, proof: null, signedInAt: null },
      ...{ createdAt: now, expiresAt: begun.expiresAt, spentAt: null, chainIds: [] },
    });

    const record = { tenantId, createdAt: now, updatedAt: now };
    await harness.app.store.passwordPolicies.create({ ...record, ...nothingSet, id: randomUUID(), minLength: 10 });
    await harness.app.store.passwordHistoryPolicies.create({ ...record, id: randomUUID(), enabled: true, historySize: 3 });
    await harness.app.store.passwordRotations.create({ ...record, ...defaultRotationFields, id: randomUUID() });
    const times = { createdAt: now, expiresAt: begun.expiresAt };
    for (const userId of [null, both.id]) await harness.app.store.invitationLinks.replace(linkOf({ tenantId, userId, ...times }));

    const people = { users: [{ email: 'bulk@acme.example' }] };
    const bulk = { method: 'POST', url: `${identity}/users/bulk/v1/invite`, headers: inTenant, body: people } as const;
    expect((await harness.send(bulk)).statusCode).toBe(202);

    const imported = { users: [{ tenantId, email: 'migrated@acme.example' }] };
    const migration = { method: 'POST', url: `${identity}/migrations/v1/local/bulk`, headers: inTenant, body: imported } as const;
    expect((await harness.send(migration)).statusCode).toBe(202);

    const limits = { sessionIdleTimeoutConfiguration: { isActive: true, timeout: 86_400 } };
    const limited = { method: 'POST', url: `${identity}/configurations/sessions/v1`, headers: inTenant, body: limits } as const;
    expect((await harness.send(limited)).statusCode).toBe(201);
    const team = { method: 'POST', url: `${identity}/groups/v1`, headers: inTenant, body: { name: 'Team' } } as const;
    const { id: groupId } = (await harness.send(team)).json<{ id: string }>();
    const joined = { method: 'POST', url: `${identity}/groups/v1/${groupId}/users`, headers: inTenant, body: { userIds: [both.id] } } as const;
    expect((await harness.send(joined)).statusCode).toBe(201);

    const inGroup = { method: 'POST', url: `${identity}/groups/v1/${groupId}/roles`, headers: inTenant, body: { roleIds: [roleId] } } as const;
    expect((await harness.send(inGroup)).statusCode).toBe(201);
    await harness.app.store.passkeys.add({
      ...{ id: randomUUID(), userId: alone.id, name: 'Key', deviceType: 'PLATFORM', sealedCredential: new Uint8Array([1]) },
      ...{ credentialHash: randomUUID(), signCount: 0, createdAt: now, lastUsedAt: null },
    });
    await harness.app.store.apiTokens.add({ ...ownToken, ...tokenTexts, id: randomUUID(), kind: 'ACCESS_TOKEN', userId: alone.id });

    const names = [tenantId, `tenant:${tenantId}`];
    const before = await mentions(harness, names);
    // What a session asked for is checked when it enters the tenant, and rows of the trail are kept.
    // The switch of invitation links names no tenant.
    const elsewhere = ['sessions.requested_tenant_id', 'audit_events.tenant_id', 'environments.allow_tenant_invitations'];
    expect(tenantColumns.filter((column) => !before.includes(column)).sort()).toEqual(elsewhere.sort());
    const ofOthers = async () => [
      await query(harness, "select * from tenants where id = 'stays'"),
      await query(harness, "select * from memberships where tenant_id = 'stays'"),
      await query(harness, "select * from mfa_policies where tenant_id = 'stays'"),
      await query(harness, 'select * from strategy_settings'),
    ];
    const others = await ofOthers();

    expect((await remove(harness, tenantId)).statusCode).toBe(200);
    // A message that was sent is kept as long as the audit trail needs to tell what became of it, without a word of it that can be read.
    expect(await mentions(harness, [...names, roleId, groupId, alone.id, alone.email])).toEqual(['outbox.user_id']);
    expect((await ofOthers()).slice(0, 3)).toEqual(others.slice(0, 3));
    expect((await ofOthers())[3]).toHaveLength((others[3]?.length ?? 0) - 1);
    expect(await query(harness, 'select active_tenant_id from users')).toEqual([{ active_tenant_id: 'stays' }, { active_tenant_id: 'stays' }]);
  });

  test('and a name that was looked up before means nobody, on every instance', async () => {
    await createTenant(harness, 'known');
    const headers = await asEnvironment(harness, 'known');
    const read = async () => (await harness.send({ url: `${identity}/configurations/v1/mfa/strategies`, headers })).statusCode;
    // The instances take turns.
    expect([await read(), await read()]).toEqual([200, 200]);
    await remove(harness, 'known');
    expect([await read(), await read()]).toEqual([404, 404]);
    await createTenant(harness, 'known');
    expect([await read(), await read()]).toEqual([200, 200]);
  });

  test('and who joins, leaves or logs in at the same time ends in no tenant that does not exist', async () => {
    await createTenant(harness, 'refuge');
    for (let round = 0; round < 5; round += 1) {
      const tenantId = await createTenant(harness, `busy-${round}`);
      const users = await Promise.all([0, 1, 2].map((index) => createUser(harness, tenantId, `busy-${round}-${index}@acme.example`)));
      const environment = await asEnvironment(harness);
      const [deleted, ...answers] = await Promise.all([
        remove(harness, tenantId),
        ...users.map(({ email }) => logIn(harness, email)),
        ...users.map(({ email }) =>
          harness.send({ method: 'POST', url: `${identity}/users/v2`, headers: { ...environment, 'frontegg-tenant-id': 'refuge' }, body: { email } }),
        ),
        harness.send({ method: 'POST', url: `${identity}/users/v2`, headers: environment, body: { email: `late-${round}@acme.example`, tenantId } }),
        harness.send({
          method: 'PUT',
          url: `${identity}/configurations/v1/mfa-policy`,
          headers: { ...environment, 'frontegg-tenant-id': tenantId },
          body: {},
        }),
      ]);
      expect(deleted?.statusCode).toBe(200);
      // Who joins another tenant while being deleted is asked to try again.
      for (const answer of answers) expect(answer.statusCode, answer.body).not.toBe(500);
      // Of those who joined another tenant in time, none is deleted.
      for (const [index, { email }] of users.entries()) {
        if (answers[users.length + index]?.statusCode === 201) expect((await logIn(harness, email)).statusCode, email).toBe(200);
      }
      expect(await mentions(harness, [tenantId, `tenant:${tenantId}`])).toEqual([]);
    }
  });
});

describe('a tenant with many users', () => {
  const isElsewhere = (index: number): boolean => index % 6 === 0;

  /** Fills a tenant with users, every sixth of whom is in another tenant as well. Answers how many these are. */
  async function fill(harness: Harness, tenantId: string, many: number): Promise<number> {
    await createTenant(harness, tenantId);
    await createTenant(harness, `${tenantId}-other`);
    const { store } = harness.app;
    const now = harness.clock.now();
    await store.transact('NOTHING', async () => {
      for (let index = 0; index < many; index += 1) {
        const user = userOf(tenantId, { email: `${tenantId}-${index}@acme.example`, createdAt: now, updatedAt: now });
        await store.users.create(user, { userId: user.id, tenantId, roleIds: [], createdAt: now }, null);
        if (isElsewhere(index)) await store.users.addMembership({ userId: user.id, tenantId: `${tenantId}-other`, roleIds: [], createdAt: now });
      }
    });
    return Array.from({ length: many }, (_, index) => index).filter(isElsewhere).length;
  }
  const usersIn = async (harness: Harness) =>
    Object.fromEntries(
      (await query(harness, 'select active_tenant_id as id, count(*) as number from users group by active_tenant_id')).map(({ id, number }) => [
        id,
        Number(number),
      ]),
    );

  test('is deleted in parts, and the answer comes when all of them are done', async () => {
    const harness = await openHarness();
    const many = 1_050;
    const elsewhere = await fill(harness, 'crowd', many);
    harness.queries.length = 0;
    expect((await remove(harness, 'crowd')).statusCode).toBe(200);
    // No statement takes all users at once, and none runs for each of them but those that delete one user.
    expect(harness.queries.filter((sql) => /^delete from "users"/.test(sql))).toHaveLength(many - elsewhere);
    expect(harness.queries.filter((sql) => /^update "users"/.test(sql)).length).toBeLessThanOrEqual(Math.ceil(many / 20));
    expect(await usersIn(harness)).toEqual({ 'crowd-other': elsewhere });
    expect(await mentions(harness, ['crowd', 'tenant:crowd'])).toEqual([]);
    const events = await query(harness, "select count(*) as number from audit_events where kind = 'USER_DELETED' and tenant_id = 'crowd'");
    expect(Number(events[0]?.number)).toBe(many - elsewhere);
    await harness.close();
  }, 120_000);

  test('whose deletion is cut off is gone at once, and the next start finishes it', async () => {
    const database = await openDatabase();
    let deletions = 0;
    let failing = false;
    const onQuery = (sql: string): void => {
      if (failing && /^delete from "users"/.test(sql) && ++deletions > 50) throw new Error('the server was killed here');
    };
    const first = await openHarness({ databaseUrl: database.url, ports: { onQuery } });
    const elsewhere = await fill(first, 'cut', 150);
    await createRole(first, 'cut', 'clerk', []);
    await setPolicy(first, { enforceMFAType: 'Force' }, 'cut');
    await setStrategy(first, 'SMS', false, 'cut');
    const lockout = { method: 'POST', url: `${identity}/configurations/v1/lockout-policy`, body: { enabled: true, maxAttempts: 9 } } as const;
    expect((await first.send({ ...lockout, headers: await asEnvironment(first, 'cut') })).statusCode).toBe(201);
    failing = true;
    expect((await remove(first, 'cut')).statusCode).toBe(500);
    expect(await usersIn(first)).toMatchObject({ cut: expect.any(Number) });
    // Nothing that decides anything waits for the rest.
    expect((await mentions(first, ['cut', 'tenant:cut'])).sort()).toEqual(['tenants.id', 'tenants.name', 'users.active_tenant_id']);
    const headers = await asEnvironment(first);
    expect((await first.send({ url: `${v1}/cut`, headers })).json()).toEqual([]);
    expect((await first.send({ url: `${identity}/configurations/v1/mfa/strategies`, headers: await asEnvironment(first, 'cut') })).statusCode).toBe(
      404,
    );
    await first.app.close();

    const second = await openHarness({ databaseUrl: database.url, clock: first.clock });
    await vi.waitFor(async () => expect(await query(second, "select id from tenants where id = 'cut'")).toEqual([]), 60_000);
    expect(await usersIn(second)).toEqual({ 'cut-other': elsewhere });
    expect(await mentions(second, ['cut', 'tenant:cut'])).toEqual([]);
    await second.close();
    await database.drop();
  }, 120_000);

  test('is gone in the end, even if somebody got a membership in it after the deletion had begun', async () => {
    const harness = await openHarness();
    const { store } = harness.app;
    for (const tenantId of ['late', 'late-other']) await createTenant(harness, tenantId);
    const [alone, elsewhere] = [await createUser(harness, 'late', 'alone@late.example'), await createUser(harness, 'late', 'both@late.example')];
    const join = (userId: string, tenantId: string) =>
      store.users.addMembership({ userId, tenantId, roleIds: [], createdAt: harness.clock.now(), expiresAt: null });
    await join(elsewhere.id, 'late-other');
    await store.transact('SETTINGS', async () => {
      await store.tenants.beginDeletion('late', harness.clock.now());
      await store.users.removeAllOfTenant('late');
    });
    for (const { id } of [alone, elsewhere]) await join(id, 'late');
    await harness.app.cleanup.run();
    expect(await store.tenants.beingDeleted(null)).toEqual([]);
    expect(await query(harness, "select email from users where email like '%@late.example'")).toEqual([{ email: elsewhere.email }]);
    expect(await mentions(harness, ['late', 'tenant:late'])).toEqual([]);
    await harness.close();
  });

  test('whose deletion was cut off is finished by whoever creates the id again', async () => {
    const harness = await openHarness();
    const { store } = harness.app;
    const elsewhere = await fill(harness, 'reborn', 60);
    await store.transact('SETTINGS', async () => {
      await store.tenants.beginDeletion('reborn', harness.clock.now());
      await store.users.removeAllOfTenant('reborn');
    });
    expect(await store.tenants.beingDeleted(null)).toEqual(['reborn']);
    await createTenant(harness, 'Reborn', 'New');
    expect(await store.tenants.beingDeleted(null)).toEqual([]);
    expect(await usersIn(harness)).toEqual({ 'reborn-other': elsewhere });
    const fresh = await createUser(harness, 'Reborn', 'fresh@acme.example');
    // A worker that still believes in the deletion does no harm.
    await harness.app.cleanup.run();
    expect((await asUser(harness, fresh.email)).authorization).toBeDefined();
    await harness.close();
  }, 120_000);
});
