import { beforeAll, describe, expect, test, vi } from 'vitest';
import { Unavailable } from '../../../src/domain/errors.ts';
import { createKeyring, masterKey } from '../../../src/platform/keyring.ts';
import { createPasswords } from '../../../src/platform/passwords.ts';
import { nodeRandom } from '../../../src/platform/random.ts';
import { asEnvironment, createTenant, createUser, expectStatus, identity, logIn, totp } from '../../support/builders.ts';
import { HandClock } from '../../support/clock.ts';
import { everything, execute, query } from '../../support/database.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import type { Harness } from '../../support/harness.ts';
import { openDatabase, openHarness, start } from '../../support/harness.ts';
import { openInstances } from '../../support/instances.ts';
import { verifyApp } from '../../support/requests.ts';
import { call } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
/** The hash that the library `bcrypt` of Python made of `correct horse`. */
const bcrypt = '$2b$04$4nkz3NXzeD6fxR8tR5KLX.15TH10xH1dYm8uwPTkMJ1dWm/6pX0a6';
const sha256 = '869a1fa0609a1d15a5c3eb891428b7a6c8395b2ee10c4762e97ffca0ebe8c0b5';
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await createTenant(harness, 'acme');
});

interface Status {
  state: string;
  migrated: number;
  failed: number;
  errors: { index: number; email: string; message: string }[];
  users: { id: string; email: string }[];
}
const user = (email: string, more: object = {}) => ({ tenantId: 'acme', email, verifyUser: true, ...more });
const begin = async (users: readonly object[], of: Harness = harness, headers = environment): Promise<string> => {
  const answer = await call(of, 'POST', '/migrations/v1/local/bulk', { headers, body: { users } });
  expectStatus(answer, 202);
  return answer.json<{ migrationId: string }>().migrationId;
};
const statusOf = async (id: string, of: Harness = harness, headers = environment): Promise<Status> =>
  (await call(of, 'GET', `/migrations/v1/local/bulk/status/${id}`, { headers })).json<Status>();
const retry = (migrationId: string, headers = environment) =>
  run(harness, mutation('retryMigration', 'retriedCount migration { migrationState failedCount }'), { migrationId }, headers);
const people = (count: number, domain: string) =>
  Array.from({ length: count }, (_, index) => user(`p${index}@${domain}`, { passwordHash: bcrypt, authenticatorAppMfaSecret: secret }));
const importedOnce = async (of: Harness, list: readonly { email: string }[], domain: string): Promise<void> => {
  const rows = await query(of, `select email from users where email like '%@${domain}' order by email`);
  expect(rows.map(({ email }) => email)).toEqual(list.map(({ email }) => email).sort());
  const per = 'select u.email, count(*) as number from audit_events a join users u on u.id = a.user_id';
  const counted = await query(of, `${per} where a.kind = 'USER_IMPORTED' and u.email like '%@${domain}' group by u.email`);
  expect(counted.map(({ number }) => Number(number))).toEqual(list.map(() => 1));
  const factors = `select a.id from authenticators a join users u on u.id = a.user_id where u.email like '%@${domain}'`;
  expect(await query(of, factors)).toHaveLength(list.length);
};

describe('every user is imported exactly once', () => {
  test('by a server that stops between two users and the one that comes after it', async () => {
    const database = await openDatabase();
    const clock = new HandClock(start);
    const first = await openHarness({ databaseUrl: database.url, clock });
    const headers = await asEnvironment(first);
    await createTenant(first, 'acme');
    const list = people(25, 'restart.example');
    const { claimDue, settle, complete } = first.app.store.userMigrations;
    Object.assign(first.app.store.userMigrations, { claimDue: async () => [] });
    const id = await begin(list, first, headers);
    // The fourth of ten reserved users is the last one: the process is gone within the transaction of the fifth.
    let settled = 0;
    let batches = 0;
    const gone = new Error('the process was killed');
    Object.assign(first.app.store.userMigrations, {
      claimDue: async (...given: Parameters<typeof claimDue>) => {
        batches += 1;
        return batches === 1 ? claimDue(...given) : [];
      },
      settle: async (...given: Parameters<typeof settle>) => {
        settled += 1;
        if (settled > 5) throw gone;
        return settle(...given);
      },
      complete: async (...given: Parameters<typeof complete>) => {
        if (settled > 4) throw gone;
        return complete(...given);
      },
    });
    await first.app.migrations.run();
    expect(await statusOf(id, first, headers)).toMatchObject({ state: 'InProgress', migrated: 4, failed: 0 });
    await first.close();

    const second = await openHarness({ databaseUrl: database.url, clock });
    await second.app.migrations.run();
    // Six are reserved by the server that stopped.
    expect(await statusOf(id, second, headers)).toMatchObject({ state: 'InProgress', migrated: 19 });
    clock.advance({ seconds: 61 });
    await second.app.migrations.run();
    expect(await statusOf(id, second, headers)).toMatchObject({ state: 'Completed', migrated: 25, failed: 0 });
    await importedOnce(second, list, 'restart.example');
    expect(await query(second, "select reason from audit_events where kind = 'MIGRATION_FINISHED'")).toEqual([{ reason: '25 imported, 0 failed' }]);
    await second.close();
    await database.drop();
  });

  test('by two instances on one database, or by two reservations of the same users', async () => {
    const instances = await openInstances();
    const headers = await asEnvironment(instances);
    await createTenant(instances, 'acme');
    const list = people(40, 'instances.example');
    const { userMigrations } = instances.app.store;
    const { claimDue } = userMigrations;
    // Each row is handed out twice by this one, as if its lease had ended meanwhile.
    Object.assign(userMigrations, {
      claimDue: async (...given: Parameters<typeof claimDue>) => (await claimDue(...given)).flatMap((row) => [row, row]),
    });
    const id = await begin(list, instances, headers);
    while ((await statusOf(id, instances, headers)).state !== 'Completed') await instances.app.migrations.run();
    expect(await statusOf(id, instances, headers)).toMatchObject({ migrated: 40, failed: 0 });
    await importedOnce(instances, list, 'instances.example');
    await instances.close();
  });

  test('of two migrations that name the same users, and whoever asks for failed ones again while they run', async () => {
    const list = people(10, 'twice.example');
    const ids = await Promise.all([begin(list), begin(list)]);
    await Promise.all([harness.app.migrations.run(), ...ids.map((id) => retry(id))]);
    await harness.app.migrations.run();
    for (const id of ids) expect(await statusOf(id)).toMatchObject({ state: 'Completed', migrated: 10 });
    expect(await query(harness, "select id from users where email like '%@twice.example'")).toHaveLength(10);
    const factors = "select a.id from authenticators a join users u on u.id = a.user_id where u.email like '%@twice.example'";
    expect(await query(harness, factors)).toHaveLength(10);
  });
});

describe('what came along with users', () => {
  const secrets = [bcrypt, sha256, secret, 'vendor-canary', 'canary-canary'];
  const list = [
    user('good@secrets.example', {
      ...{ passwordHash: bcrypt, authenticatorAppMfaSecret: secret, metadata: { a: 'canary-canary' }, vendorMetadata: { b: 'vendor-canary' } },
    }),
    user('fast@secrets.example', { passwordHash: sha256, passwordHashType: 'sha256' }),
    user('bad@secrets.example', { tenantId: 'no-such', passwordHash: bcrypt, authenticatorAppMfaSecret: secret }),
    user('worse@secrets.example', { passwordHash: `${sha256}x`, vendorMetadata: { b: 'vendor-canary' } }),
  ];
  const inQueue = async () =>
    JSON.stringify(
      (await everything(harness)).filter(({ table }) => table.startsWith('user_migration')),
      bytesAsText,
    );
  const bytesAsText = (_key: string, value: unknown): unknown => {
    const bytes = value as { type?: string; data?: number[] } | null;
    return bytes?.type === 'Buffer' && bytes.data !== undefined ? Buffer.from(bytes.data).toString('latin1') : value;
  };

  test('waits sealed, is in no event, no log line and no answer, and is emptied once the user is there', async () => {
    const { userMigrations } = harness.app.store;
    const { claimDue } = userMigrations;
    Object.assign(userMigrations, { claimDue: async () => [] });
    const id = await begin(list);
    const waiting = await inQueue();
    expect(waiting).toContain(id);
    for (const one of [...secrets, 'secrets.example']) expect(waiting, one).not.toContain(one);
    Object.assign(userMigrations, { claimDue });
    await harness.app.migrations.run();
    const rows = await query(harness, 'select number, length(sealed) as length from user_migration_rows where migration_id = $1 order by number', [
      id,
    ]);
    expect(rows.map(({ length }) => Number(length) > 0)).toEqual([false, false, true, true]);
    const kept = await inQueue();
    for (const one of [...secrets, 'secrets.example']) expect(kept, one).not.toContain(one);
    const status = await statusOf(id);
    expect(status.errors.map(({ email, message }) => [email, message])).toEqual([
      ['bad@secrets.example', 'Tenant not found'],
      ['worse@secrets.example', 'passwordHash is not a valid bcrypt hash'],
    ]);
    const query1 = 'query ($id: ID!) { migration(id: $id) { failures { nodes { index email code message } } } }';
    const answered = await harness.graphql(query1, { id }, environment);
    expect(answered.errors).toBeUndefined();
    const events = await query(harness, 'select * from audit_events');
    for (const one of secrets) expect(JSON.stringify([status, answered, events, harness.logged]), one).not.toContain(one);
    for (const one of ['secrets.example', 'p1@']) expect(JSON.stringify(events.map(({ reason }) => reason)), one).not.toContain(one);
  });

  test('of somebody who failed is enough to try again, when what was missing is there, and tries nobody else again', async () => {
    const id = await begin([
      user('later@retry.example', { tenantId: 'retry-later', passwordHash: bcrypt, authenticatorAppMfaSecret: secret }),
      user('never@retry.example', { passwordHash: 'x' }),
      user('there@retry.example', { passwordHash: bcrypt }),
    ]);
    await harness.app.migrations.run();
    expect(await statusOf(id)).toMatchObject({ state: 'CompletedWithErrors', migrated: 1, failed: 2 });
    await createTenant(harness, 'retry-later');
    expect(await retry(id)).toMatchObject({ retriedCount: 2, migration: { migrationState: 'IN_PROGRESS', failedCount: 0 } });
    await harness.app.migrations.run();
    expect(await statusOf(id)).toMatchObject({
      ...{ state: 'CompletedWithErrors', migrated: 2, failed: 1, errors: [{ index: 1, email: 'never@retry.example' }] },
      users: [{ email: 'later@retry.example' }, { email: 'there@retry.example' }],
    });
    const login = (await logInBy('later@retry.example')).json<{ mfaToken: string; mfaRequired: boolean }>();
    expect(login.mfaRequired).toBe(true);
    expectStatus(await verifyApp(harness, login.mfaToken, totp(harness, secret)), 201);
    const events = await query(harness, "select kind, reason from audit_events where kind like 'MIGRATION%' and reason like '%again' order by at");
    expect(events).toContainEqual({ kind: 'MIGRATION_STARTED', reason: '2 users again' });
    expect(await retry('unknown')).toMatchObject({
      __typename: 'MigrationNotFoundError',
      code: 'MIGRATION_NOT_FOUND',
      path: ['input', 'migrationId'],
    });
  });

  test('is sealed with the current master key after a change of it, and works on', async () => {
    const keys = [masterKey(Buffer.alloc(32, 1)), masterKey(Buffer.alloc(32, 2))] as const;
    const database = await openDatabase();
    const openWith = (...held: (typeof keys)[number][]): Promise<Harness> => {
      const keyring = createKeyring(held, nodeRandom);
      return openHarness({
        databaseUrl: database.url,
        ports: { keyring, passwords: createPasswords({ peppers: keyring, memoryKib: 64, iterations: 1 }) },
      });
    };
    const before = await openWith(keys[0]);
    const headers = await asEnvironment(before);
    const id = await begin([user('rotated@keys.example', { passwordHash: bcrypt }), user('late@keys.example')], before, headers);
    await before.app.migrations.run();
    expect(await statusOf(id, before, headers)).toMatchObject({ failed: 2, errors: [{ message: 'Tenant not found' }, {}] });
    await before.close();

    const both = await openWith(keys[1], keys[0]);
    await vi.waitFor(() => expect(JSON.stringify(both.logged)).toContain('the older ones can be removed'), 10_000);
    await both.close();

    const after = await openWith(keys[1]);
    const now = await asEnvironment(after);
    expect((await statusOf(id, after, now)).errors.map(({ email }) => email)).toEqual(['rotated@keys.example', 'late@keys.example']);
    await createTenant(after, 'acme');
    const again = await run(after, mutation('retryMigration', 'retriedCount'), { migrationId: id }, now);
    expect(again).toMatchObject({ retriedCount: 2 });
    await after.app.migrations.run();
    expect(await statusOf(id, after, now)).toMatchObject({ state: 'Completed', migrated: 2 });
    await after.close();
    await database.drop();
  });
});

const logInBy = (email: string, password = 'correct horse') => call(harness, 'POST', '/auth/v1/user', { body: { email, password } });

describe('an import while the server has much to do', () => {
  test('waits for those who log in, and is no failure of any user', async () => {
    const narrow = await openHarness({ ports: narrowPorts() });
    const headers = await asEnvironment(narrow);
    const { email } = await createUser(narrow, await createTenant(narrow, 'acme'), 'busy@acme.example');
    const { admitted } = narrowState;
    const list = [user('a@busy.example', { passwordHash: sha256, passwordHashType: 'sha256' }), user('b@busy.example')];
    admitted.full = true;
    const id = await begin(list, narrow, headers);
    await narrow.app.migrations.run();
    expect(await statusOf(id, narrow, headers)).toMatchObject({ state: 'NotStarted', migrated: 0, failed: 0 });
    admitted.full = false;
    expectStatus(await logIn(narrow, email), 200);
    for (let attempts = 0; attempts < 8; attempts += 1) {
      admitted.full = attempts < 7;
      narrow.clock.advance({ seconds: 6 });
      await narrow.app.migrations.run();
    }
    expect(await statusOf(id, narrow, headers)).toMatchObject({ state: 'Completed', migrated: 2, failed: 0 });
    await narrow.close();
  });

  test('hashes one password at a time, so that all other places are for those who log in', async () => {
    const narrow = await openHarness({ ports: narrowPorts() });
    const headers = await asEnvironment(narrow);
    await createTenant(narrow, 'acme');
    const list = Array.from({ length: 30 }, (_, index) => user(`c${index}@one.example`, { passwordHash: sha256, passwordHashType: 'sha256' }));
    narrowState.admitted.most = 0;
    const id = await begin(list, narrow, headers);
    await Promise.all([narrow.app.migrations.run(), narrow.app.migrations.run()]);
    expect(await statusOf(id, narrow, headers)).toMatchObject({ state: 'Completed', migrated: 30 });
    expect(narrowState.admitted.most).toBe(1);
    await narrow.close();
  });

  test('keeps nobody out who logs in meanwhile', async () => {
    const { email } = await createUser(harness, 'acme', 'meanwhile@acme.example');
    const list = Array.from({ length: 60 }, (_, index) => user(`w${index}@meanwhile.example`, { passwordHash: sha256, passwordHashType: 'sha256' }));
    const id = await begin(list);
    const running = harness.app.migrations.run();
    const statuses = [(await logIn(harness, email)).statusCode];
    // The import was not over before the login, so it gave way.
    expect((await statusOf(id)).state).not.toBe('Completed');
    for (let logins = 1; logins < 15; logins += 1) statuses.push((await logIn(harness, email)).statusCode);
    await running;
    expect(statuses).toEqual(Array(15).fill(200));
    expect(await statusOf(id)).toMatchObject({ state: 'Completed', migrated: 60 });
  });

  test('reports somebody whose row cannot be opened by the place alone, and imports the others', async () => {
    const { userMigrations } = harness.app.store;
    const { claimDue } = userMigrations;
    Object.assign(userMigrations, { claimDue: async () => [] });
    const id = await begin([user('broken@rows.example'), user('whole@rows.example')]);
    await execute(
      harness,
      'update user_migration_rows set sealed = (select sealed from user_migration_rows where migration_id = $1 and number = 1) where migration_id = $1 and number = 0',
      [id],
    );
    Object.assign(userMigrations, { claimDue });
    for (let attempts = 0; attempts < 5; attempts += 1) {
      await harness.app.migrations.run();
      harness.clock.advance({ seconds: 61 });
    }
    environment = await asEnvironment(harness);
    expect(await statusOf(id)).toMatchObject({
      ...{ state: 'CompletedWithErrors', errors: [{ index: 0, email: '', message: 'Service unavailable' }] },
      users: [{ email: 'whole@rows.example' }],
    });
  });

  test('tries somebody again whom a fault of the server kept out, five times, and then reports it in words of its own', async () => {
    const { users } = harness.app.store;
    const { create } = users;
    Object.assign(users, {
      create: async () => {
        throw new Error('the disk is gone at /dev/canary');
      },
    });
    const id = await begin([user('always@faults.example')]);
    try {
      for (let attempts = 0; attempts < 5; attempts += 1) {
        await harness.app.migrations.run();
        harness.clock.advance({ seconds: 61 });
      }
    } finally {
      Object.assign(users, { create });
    }
    environment = await asEnvironment(harness);
    expect(await statusOf(id)).toMatchObject({
      state: 'CompletedWithErrors',
      errors: [{ email: 'always@faults.example', message: 'Service unavailable' }],
    });
    expect(JSON.stringify(harness.logged)).not.toContain('/dev/canary');
    await retry(id);
    await harness.app.migrations.run();
    expect(await statusOf(id)).toMatchObject({ state: 'Completed', migrated: 1, failed: 0, users: [{ email: 'always@faults.example' }] });
  });
});

const narrowState = { admitted: { full: false, now: 0, most: 0 } };

/** Passwords whose line can be full, and which count how many hash at once. */
function narrowPorts() {
  const keyring = createKeyring([masterKey(Buffer.alloc(32, 7))], nodeRandom);
  const passwords = createPasswords({ peppers: keyring, memoryKib: 64, iterations: 1 });
  const { admitted } = narrowState;
  const admit: typeof passwords.admit = async (work) => {
    if (admitted.full) throw new Unavailable('the line is full');
    admitted.now += 1;
    admitted.most = Math.max(admitted.most, admitted.now);
    try {
      return await passwords.admit(work);
    } finally {
      admitted.now -= 1;
    }
  };
  return { keyring, passwords: { ...passwords, admit } };
}

test('only the environment token reads or retries a migration', async () => {
  const id = await begin([user('who@access.example')]);
  const { email } = await createUser(harness, 'acme', 'admin@access.example', { roleIds: [] });
  const token = (await logIn(harness, email)).json<{ accessToken: string }>().accessToken;
  const headers = { authorization: `Bearer ${token}` };
  expect((await call(harness, 'GET', `/migrations/v1/local/bulk/status/${id}`, { headers })).statusCode).toBe(403);
  for (const document of [
    `{ migration(id: "${id}") { migrationState } }`,
    `mutation { retryMigration(input: { migrationId: "${id}" }) { __typename } }`,
  ]) {
    const answer = await harness.graphql(document, {}, headers);
    expect(answer.errors?.[0]?.extensions.code, document).toBe('FORBIDDEN');
  }
  expect((await harness.send({ url: `${identity}/migrations/v1/local/bulk/status/${id}` })).statusCode).toBe(401);
  await harness.app.migrations.run();
});
