import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freshDemo } from '../../../src/cli/demo-database.ts';
import { besideDemo, isDemo, resetDemo } from '../../../src/cli/reset-demo.ts';
import { demoTenantId, demoUsers, seedDemo } from '../../../src/cli/seed-demo.ts';
import type { Caller } from '../../../src/domain/access/actor.ts';
import { createTenant, createUser, identity } from '../../support/builders.ts';
import { everything, query } from '../../support/database.ts';
import type { Harness } from '../../support/harness.ts';
import { dialect, openDatabase, openHarness } from '../../support/harness.ts';

let database: { url: string; drop: () => Promise<void> };
let harness: Harness;
beforeEach(async () => {
  database = await openDatabase();
  harness = await openHarness({ databaseUrl: database.url });
});
afterEach(async () => {
  await harness.close();
  await database.drop();
});

const origin = { address: { text: '127.0.0.1', network: '127.0.0.1' }, userAgent: 'demo', requestId: 'demo' };
const environment: Caller = { actor: { kind: 'ENVIRONMENT', tenantId: null }, origin };
const content = async () => ({
  tenants: (await query(harness, 'select id from tenants')).length,
  policies: (await query(harness, 'select id from mfa_policies')).length,
  users: (await query(harness, 'select id from users')).length,
  events: (await query(harness, 'select id from audit_events')).length,
});
const whole = { tenants: 1, policies: 2, users: 2 };
const nothing = { tenants: 0, policies: 0, users: 0, events: 0 };

async function expectDemo(): Promise<void> {
  expect(await content()).toMatchObject(whole);
  for (const { email } of demoUsers) {
    const answer = await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body: { email, password: 'sallyport-demo' } });
    expect(answer.json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
  }
}

test('the demo is created once, whole', async () => {
  expect(await seedDemo(harness.app)).toBe(true);
  await expectDemo();
  expect(await seedDemo(harness.app)).toBe(false);
  expect(await content()).toMatchObject(whole);
});

// A start that is killed is a transaction that never commits, wherever it stood.
test.each([1, 4, 7])('a start that ends before its change %i leaves nothing, and the next one creates the whole demo', async (change) => {
  const { events } = harness.app.store;
  const original = events.add;
  let written = 0;
  const add = vi.spyOn(events, 'add').mockImplementation(async (event) => {
    written += 1;
    if (written === change) throw new Error('killed');
    return original(event);
  });
  await expect(seedDemo(harness.app)).rejects.toThrow();
  add.mockRestore();
  expect(await content()).toEqual(nothing);
  expect(await seedDemo(harness.app)).toBe(true);
  await expectDemo();
});

test.each([1, 3, 5, 6, 7])('a demo of an earlier release that was interrupted after %i steps is completed', async (steps) => {
  const { services } = harness.app;
  const [dana, sam] = demoUsers;
  const more = { tenantId: demoTenantId, password: 'sallyport-demo', phoneNumber: null, profilePictureUrl: null, externalId: null };
  const create = async (demo: (typeof demoUsers)[number] | undefined) => {
    if (demo === undefined) throw new Error('there are two demo users');
    const { id } = await services.users.create(environment, {
      ...more,
      ...demo,
      roleIds: [],
      metadata: null,
      vendorMetadata: null,
      mfaBypass: false,
      expiresInSeconds: null,
    });
    return id;
  };
  let userId = '';
  const all = [
    () => services.tenants.create(environment, { id: demoTenantId, name: 'Acme' }),
    () => services.policies.create(environment, { fields: { enforceMfaType: 'DONT_FORCE', allowRememberMyDevice: true } }),
    () =>
      services.policies.create(
        { actor: { kind: 'ENVIRONMENT', tenantId: demoTenantId }, origin },
        { fields: { enforceMfaType: 'FORCE', allowRememberMyDevice: true, mfaDeviceExpirationSeconds: 604_800 } },
      ),
    () => services.strategySettings.set(environment, { strategy: 'EMAIL_CODE', active: true }),
    async () => {
      userId = await create(dana);
    },
    () => services.users.markVerified(environment, { userId }),
    () => create(sam),
  ];
  for (const step of all.slice(0, steps)) await step();
  expect(await seedDemo(harness.app)).toBe(true);
  await expectDemo();
  expect(await seedDemo(harness.app)).toBe(false);
});

test('a database with a tenant of its own gets no demo', async () => {
  await createTenant(harness, 'globex');
  expect(await seedDemo(harness.app)).toBe(false);
  expect(await content()).toMatchObject({ tenants: 1, policies: 0, users: 0 });
});

test.runIf(dialect === 'postgres')('of instances that start at once one creates the demo, and none fails', async () => {
  const other = await openHarness({ databaseUrl: database.url });
  const seeded = await Promise.all([seedDemo(harness.app), seedDemo(other.app)]);
  expect(seeded.sort()).toEqual([false, true]);
  await other.close();
  await expectDemo();
});

/** What differs between databases with the same content: ids, times, and what was sealed or hashed. */
const random = /^[0-9a-f-]{36}$|^[\w-]{43}$|\$argon2|^\d{13}$/;
/** Every row, without what is random and without what nobody decides by: counts are compared by the harness when it is closed. */
const shapeOf = async (of: Harness): Promise<string[]> => {
  const plain = (value: unknown): unknown => (value instanceof Uint8Array || value instanceof Date || random.test(String(value)) ? '…' : value);
  return (await everything(of))
    .filter(({ table }) => !/^(__drizzle|sqlite_|write_probes|signing_keys|adoption_)/.test(table))
    .map(({ table, row }) => `${table} ${JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])))}`)
    .sort();
};
const now = new Date('2026-03-02T10:00:00.000Z');

/** What somebody does with a demo: other settings and roles, a login that begins, a factor, and a user who is deleted. */
async function play(): Promise<void> {
  const { services, store } = harness.app;
  await services.policies.upsert(environment, { fields: { enforceMfaType: 'FORCE' } });
  await services.strategySettings.set(environment, { strategy: 'AUTHENTICATOR_APP', active: false });
  await store.environment.updateSettings({ allowSignups: true, accessTokenLifetimeSeconds: 60 }, now);
  await store.environment.updateMfaConfiguration({ sms: { active: true, tokenLifetimeSeconds: 60 } }, now);
  const [[role], [permission]] = [await store.roles.all({}), await store.permissions.all()];
  await store.roles.remove(role?.id ?? '');
  await store.permissions.remove(permission?.id ?? '');
  const body = { email: 'dana@acme.example', password: 'sallyport-demo' };
  expect((await harness.send({ method: 'POST', url: `${identity}/auth/v1/user`, body })).json()).toMatchObject({ mfaRequired: true });
  const sam = await store.users.findByEmail('sam@acme.example');
  await services.userRemoval.deleteEverywhere(environment, { userId: sam?.id ?? '' });
}

describe('a reset', () => {
  test('leaves what the first start on an empty database leaves, and the credentials and keys', async () => {
    await seedDemo(harness.app);
    const secretsBefore = await query(harness, 'select * from environment_secrets');
    const keysBefore = await query(harness, 'select * from signing_keys');
    await play();
    expect(isDemo(await besideDemo(harness.app.store))).toBe(true);
    expect(await resetDemo(harness.app, { force: false, now })).toBe(true);
    const fresh = await openHarness();
    await seedDemo(fresh.app);
    expect(await shapeOf(harness)).toEqual(await shapeOf(fresh));
    await fresh.close();
    expect(await query(harness, 'select * from environment_secrets')).toEqual(secretsBefore);
    expect(await query(harness, 'select * from signing_keys')).toEqual(keysBefore);
    await expectDemo();
    expect(await harness.environmentToken()).toMatch(/^ey/);
  });

  test('on an empty database makes the demo', async () => {
    expect(await resetDemo(harness.app, { force: false, now })).toBe(true);
    await expectDemo();
  });

  test.each([
    ['a tenant', async () => void (await createTenant(harness, 'globex'))],
    ['a user', async () => void (await createUser(harness, demoTenantId, 'someone@acme.example'))],
  ])('does nothing to a database with %s of its own, unless it is told to', async (_what, add) => {
    await seedDemo(harness.app);
    await add();
    const before = await everything(harness);
    expect(isDemo(await besideDemo(harness.app.store))).toBe(false);
    expect(await resetDemo(harness.app, { force: false, now })).toBe(false);
    expect(await everything(harness)).toEqual(before);
    expect(await resetDemo(harness.app, { force: true, now })).toBe(true);
    await expectDemo();
    expect(await content()).toMatchObject(whole);
  });

  test('does nothing to a database whose policies cannot be those of the demo', async () => {
    await harness.app.services.policies.upsert(environment, { fields: { enforceMfaType: 'FORCE' } });
    expect(await resetDemo(harness.app, { force: false, now })).toBe(false);
    expect(await content()).toMatchObject({ tenants: 0, policies: 1 });
  });

  test('that ends before its end changes nothing', async () => {
    await seedDemo(harness.app);
    await play();
    const before = await everything(harness);
    const verify = vi.spyOn(harness.app.services.users, 'markVerified').mockRejectedValue(new Error('killed'));
    await expect(resetDemo(harness.app, { force: false, now })).rejects.toThrow('killed');
    verify.mockRestore();
    expect(await everything(harness)).toEqual(before);
  });

  test('works beside servers on PostgreSQL, which serve the new demo, and is refused beside one on SQLite', async () => {
    await seedDemo(harness.app);
    const sam = await harness.app.store.users.findByEmail('sam@acme.example');
    await harness.app.services.userRemoval.deleteEverywhere(environment, { userId: sam?.id ?? '' });
    const before = await everything(harness);
    const env = { DATABASE_URL: database.url, SALLYPORT_KEYS: Buffer.alloc(32, 7).toString('base64') };
    const held: string[] = [];
    const ran = freshDemo(env, { force: false, confirm: async (what) => void held.push(what) });
    if (dialect === 'postgres') {
      expect(await ran).toEqual({ clientId: harness.app.clientId, secret: null });
      expect(held).toEqual(['1 tenant, 1 user']);
      await expectDemo();
    } else {
      await expect(ran).rejects.toThrow('A server uses the database file: stop it before');
      expect(held).toEqual([]);
      expect(await everything(harness)).toEqual(before);
    }
  });

  test('looks at a database of somebody else without changing it, and does not ask', async () => {
    await createTenant(harness, 'globex');
    await harness.close();
    const before = await everything(harness);
    const env = {
      DATABASE_URL: database.url,
      SALLYPORT_KEYS: Buffer.alloc(32, 7).toString('base64'),
      SALLYPORT_SECRET: 'another secret than before',
    };
    const confirm = vi.fn();
    await expect(freshDemo(env, { force: false, confirm })).rejects.toThrow('The database has 1 tenant and 0 users that are not of the demo');
    expect(confirm).not.toHaveBeenCalled();
    expect(await everything(harness)).toEqual(before);
    harness = await openHarness({ databaseUrl: database.url });
  });
});
