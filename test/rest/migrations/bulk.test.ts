import { beforeAll, describe, expect, test } from 'vitest';
import { addressesOf as addressesFrom } from '../../../src/domain/directory/user-email.ts';
import { bodyLimitBytes } from '../../../src/http/large-bodies.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, identity } from '../../support/builders.ts';
import { everything, query } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectRefusal, faults, forbidden, refusal, unauthorized, userWith, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness({ sms: true }));
/** The hash that the library `bcrypt` of Python made of `correct horse`. */
const bcrypt = '$2b$04$4nkz3NXzeD6fxR8tR5KLX.15TH10xH1dYm8uwPTkMJ1dWm/6pX0a6';
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await createTenant(harness, 'acme');
});

interface Status {
  migrationId: string;
  state: string;
  total: number;
  migrated: number;
  failed: number;
  errors: { index: number; email: string; message: string }[];
  users: { id: string; email: string }[];
}
const post = (users: readonly object[], headers = environment, version = 'v1') =>
  call(harness, 'POST', `/migrations/${version}/local/bulk`, { headers, body: { users } });
const read = (id: string, headers = environment) => call(harness, 'GET', `/migrations/v1/local/bulk/status/${id}`, { headers });
const statusOf = async (id: string) => (await read(id)).json<Status>();
const user = (email: string, more: object = {}) => ({ tenantId: 'acme', email, verifyUser: true, ...more });
const logInBy = (email: string, password = 'correct horse') => call(harness, 'POST', '/auth/v1/user', { body: { email, password } });
const find = (email: string) => harness.app.store.users.findByEmail(email);

/** Imports, waits until nobody is left, and answers the status. */
async function finished(users: readonly object[], version = 'v1', headers = environment): Promise<Status> {
  const started = await post(users, headers, version);
  expect(started.statusCode, started.body).toBe(202);
  await harness.app.migrations.run();
  return statusOf(started.json<{ migrationId: string }>().migrationId);
}

/** Makes the worker find nothing while `work` runs. */
async function whileNothingRuns<T>(work: () => Promise<T>): Promise<T> {
  const { userMigrations } = harness.app.store;
  const { claimDue } = userMigrations;
  Object.assign(userMigrations, { claimDue: async () => [] });
  try {
    return await work();
  } finally {
    Object.assign(userMigrations, { claimDue });
  }
}

describe('an operator who imports many users', () => {
  test('gets an id at once, and the status tells who is there and what is wrong with each of the others, in the order of the call', async () => {
    const { email: taken } = await createUserInTenant(harness, 'bulk-taken');
    await call(harness, 'POST', '/migrations/v1/local', { headers: environment, body: user('named@many.example', { username: 'many.ada' }) });
    const started = await post([
      user('ada@many.example', { passwordHash: bcrypt, name: 'Ada', metadata: { a: 1 }, roleIds: [roleIds.admin] }),
      user('nowhere@many.example', { tenantId: 'no-such-tenant' }),
      user('role@many.example', { roleIds: ['no-such-role'] }),
      user('hash@many.example', { passwordHash: 'x' }),
      user('secret@many.example', { authenticatorAppMfaSecret: 'not base32!' }),
      user('name@many.example', { username: 'many.ada' }),
      user('metadata@many.example', { metadata: 'no json' }),
      user(taken),
      { tenantId: 'acme', username: 'bob@many.example', passwordHash: bcrypt, verifyUser: true, authenticatorAppMfaSecret: secret },
    ]);
    expect(started.statusCode, started.body).toBe(202);
    const { migrationId } = started.json<{ migrationId: string }>();
    expect(migrationId).toMatch(uuid);
    await harness.app.migrations.run();
    const status = await statusOf(migrationId);
    expect(status).toEqual({
      migrationId,
      state: 'CompletedWithErrors',
      total: 9,
      migrated: 3,
      failed: 6,
      errors: [
        { index: 1, email: 'nowhere@many.example', message: 'Tenant not found' },
        { index: 2, email: 'role@many.example', message: 'Role not found' },
        { index: 3, email: 'hash@many.example', message: 'passwordHash is not a valid bcrypt hash' },
        { index: 4, email: 'secret@many.example', message: 'authenticatorAppMfaSecret is invalid' },
        { index: 5, email: 'name@many.example', message: expect.stringContaining('sername') },
        { index: 6, email: 'metadata@many.example', message: 'metadata must be a JSON object' },
      ],
      users: [
        { id: expect.stringMatching(uuid), email: 'ada@many.example' },
        { id: expect.stringMatching(uuid), email: taken },
        { id: expect.stringMatching(uuid), email: 'bob@many.example' },
      ],
    });
    expect((await logInBy('ada@many.example')).json()).toMatchObject({ mfaRequired: false });
    expect((await logInBy('bob@many.example')).json()).toMatchObject({ mfaRequired: true });
    expect(await find('ada@many.example')).toMatchObject({ id: status.users[0]?.id, name: 'Ada', metadata: '{"a":1}', verified: true });
    for (const { email } of status.errors) expect(await find(email), email).toBeNull();
    await harness.app.outbox.flush();
    expect([...harness.mail, ...harness.notices].filter(({ to }) => String(to).endsWith('@many.example'))).toEqual([]);
    const events = await query(harness, "select kind, reason, actor_kind from audit_events where kind like 'MIGRATION%' order by at, kind desc");
    expect(events).toEqual([
      { kind: 'MIGRATION_STARTED', reason: '9 users', actor_kind: 'ENVIRONMENT' },
      { kind: 'MIGRATION_FINISHED', reason: '3 imported, 6 failed', actor_kind: 'ENVIRONMENT' },
    ]);
  });

  test('sees how far it is: nobody begun at first, and everybody imported without errors at the end', async () => {
    const id = await whileNothingRuns(async () => {
      const { migrationId } = (await post([user('one@states.example')])).json<{ migrationId: string }>();
      const none = { total: 1, migrated: 0, failed: 0, errors: [], users: [] };
      expect(await statusOf(migrationId)).toEqual({ migrationId, state: 'NotStarted', ...none });
      return migrationId;
    });
    await harness.app.migrations.run();
    expect(await statusOf(id)).toMatchObject({ state: 'Completed', migrated: 1, failed: 0 });
    expect(await statusOf(id.toUpperCase())).toMatchObject({ migrationId: id });
  });

  test('who sends the same list again changes nothing', async () => {
    const list = [
      user('same@again.example', { passwordHash: bcrypt, authenticatorAppMfaSecret: secret, username: 'same.again', name: 'First' }),
      user('other@again.example', { phoneNumber: '+447400123457', phoneNumberType: 'mfa' }),
    ];
    expect(await finished(list)).toMatchObject({ state: 'Completed', migrated: 2 });
    // The trail tells that somebody tried, the counts of adoption are of the day, and the rows of migrations are those of two calls.
    const state = async () =>
      (await everything(harness)).filter(({ table }) => !/audit_events|user_migration|adoption|write_probes|environment_secrets/.test(table));
    const before = await state();
    expect(await finished(list.map((one) => ({ ...one, name: 'Second', roleIds: [roleIds.admin] })))).toMatchObject({
      state: 'Completed',
      migrated: 2,
    });
    expect(await state()).toEqual(before);
  });

  test('one fault in the shape of one user refuses all of them', async () => {
    const good = user('good@shape.example');
    expectRefusal(await post([]), 400, faults('users must not be less than 1'));
    expect((await call(harness, 'POST', '/migrations/v1/local/bulk', { headers: environment, body: {} })).statusCode).toBe(400);
    expectRefusal(await post([good, user('no address')]), 400, faults('email must be an email'));
    expectRefusal(await post([good, { tenantId: 'acme' }]), 400, faults('email should not be empty'));
    expectRefusal(await post([good, { email: 'x@shape.example' }]), 400, faults('tenantId should not be empty'));
    expectRefusal(
      await post([good, { ...good, passwordHashType: 'md5' }]),
      400,
      faults('passwordHashType must be one of the following values: bcrypt, argon2, scrypt, firebase-scrypt, pbkdf2, sha256, sha1'),
    );
    expect((await post(Array(1001).fill(good))).statusCode).toBe(400);
    expect(await find(good.email)).toBeNull();
  });

  test('has room for a thousand users with the longest of usual hashes in one call, and for no more than two megabytes', async () => {
    const passwordHashConfig = JSON.stringify({ memCost: 14, rounds: 8, saltSeparator: 'Bw==', signerKey: Buffer.alloc(64, 1).toString('base64') });
    const hash = `c2FsdA==:${Buffer.alloc(64, 2).toString('base64')}`;
    const users = Array.from({ length: 1_000 }, (_, index) =>
      user(`u${index}@thousand.example`, {
        ...{ passwordHash: hash, passwordHashType: 'firebase-scrypt', passwordHashConfig, roleIds: [roleIds.readOnly] },
        ...{ name: 'Somebody with a name', metadata: JSON.stringify({ note: 'x'.repeat(500) }), externalId: 'e'.repeat(36) },
      }),
    );
    expect(JSON.stringify(users).length).toBeGreaterThan(1_000_000);
    const status = await finished(users);
    expect(status).toMatchObject({ state: 'Completed', migrated: 1_000, failed: 0, errors: [] });
    expect(status.users.map(({ email }) => email)).toEqual(users.map(({ email }) => email));
    expect(await find('u999@thousand.example')).toMatchObject({ externalId: 'e'.repeat(36) });
    const tooLarge = users.map((one) => ({ ...one, vendorMetadata: { note: 'x'.repeat(1_500) } }));
    expectRefusal(await post(tooLarge), 413, refusal('Request body is too large'));
  }, 120_000);

  test('is the only one who may, and nobody else has a long body read', async () => {
    const { headers } = await userWith(harness, 'bulk-strangers', 'admin');
    const long = [user('long@strangers.example', { metadata: { note: 'x'.repeat(bodyLimitBytes) } })];
    expectRefusal(await post(long, {}), 401, unauthorized);
    expectRefusal(await post(long, headers), 403, forbidden);
    const short = [user('short@strangers.example')];
    expectRefusal(await post(short, {}), 401, unauthorized);
    expectRefusal(await post(short, headers), 403, forbidden);
    expectRefusal(await post(short, headers, 'v2'), 403, forbidden);
    expectRefusal(await read('some-id', headers), 403, forbidden);
  });

  test('waits while ten calls are under way', async () => {
    await whileNothingRuns(async () => {
      for (let calls = 0; calls < 10; calls += 1) expect((await post([user(`l${calls}@limit.example`)])).statusCode).toBe(202);
      const refused = await post([user('l@limit.example')]);
      expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '60']);
    });
    await harness.app.migrations.run();
    expect((await post([user('l@limit.example')])).statusCode).toBe(202);
    await harness.app.migrations.run();
  });

  test('imports into the tenant of the header alone if there is one', async () => {
    await createTenant(harness, 'bulk-other');
    const status = await finished([user('in@header.example'), user('out@header.example', { tenantId: 'bulk-other' })], 'v1', {
      ...environment,
      'frontegg-tenant-id': 'acme',
    });
    expect(status).toMatchObject({ migrated: 1, errors: [{ index: 1, email: 'out@header.example', message: 'Forbidden' }] });
    const unknown = await post([user('in@header.example')], { ...environment, 'frontegg-tenant-id': 'no-such-tenant' });
    expectRefusal(unknown, 404, refusal('Tenant not found'));
  });
});

describe('a user with several addresses', () => {
  const emails = (...addresses: [email: string, primary: boolean, verified: boolean][]) =>
    addresses.map(([email, primary, verified]) => ({ email, primary, verified }));
  const withEmails = (list: object[] | undefined, more: object = {}) => ({ tenantId: 'acme', emails: list, passwordHash: bcrypt, ...more });
  const addressesOf = async (email: string) => {
    const found = await find(email);
    return found === null
      ? []
      : addressesFrom(
          found,
          (await harness.app.store.userEmails.ofUsers([found.id])).sort((a, b) => (a.email < b.email ? -1 : 1)),
        );
  };

  test('has the primary one with what the call says of it, and the others as further addresses, which log in if they are verified', async () => {
    const status = await finished(
      [
        withEmails(emails(['second@d4.example', false, true], ['ada@d4.example', true, true], ['third@d4.example', false, false])),
        withEmails(emails(['bob@d4.example', true, false])),
        withEmails(undefined, { username: 'carl@d4.example' }),
      ],
      'v2',
    );
    expect(status).toMatchObject({
      state: 'Completed',
      users: [{ email: 'ada@d4.example' }, { email: 'bob@d4.example' }, { email: 'carl@d4.example' }],
    });
    expect(await find('ada@d4.example')).toMatchObject({ email: 'ada@d4.example', verified: true });
    expect(await addressesOf('ada@d4.example')).toMatchObject([
      { email: 'ada@d4.example', verified: true },
      { email: 'second@d4.example', verified: true },
      { email: 'third@d4.example', verified: false },
    ]);
    for (const [email, code] of [
      ['ada@d4.example', 200],
      ['second@d4.example', 200],
      ['third@d4.example', 401],
      ['bob@d4.example', 401],
    ] as const)
      expect((await logInBy(email)).statusCode, email).toBe(code);
  });

  test('without exactly one primary address, or with one twice or taken, is a fault of that user, and nothing of the user is kept', async () => {
    const { email: taken } = await createUserInTenant(harness, 'd4-taken');
    const status = await finished(
      [
        withEmails(emails(['none@d4f.example', false, true])),
        withEmails(emails(['two@d4f.example', true, true], ['three@d4f.example', true, true])),
        withEmails(emails(['twice@d4f.example', true, true], ['Twice@d4f.example', false, true])),
        withEmails(emails(['taken@d4f.example', true, true], [taken, false, true])),
        withEmails(emails(['good@d4f.example', true, true])),
        withEmails([]),
      ],
      'v2',
    );
    expect(status).toMatchObject({
      state: 'CompletedWithErrors',
      errors: [
        { index: 0, email: 'none@d4f.example', message: 'emails must contain exactly one primary address' },
        { index: 1, email: 'two@d4f.example', message: 'emails must contain exactly one primary address' },
        { index: 2, email: 'twice@d4f.example', message: 'emails must not contain an address twice' },
        { index: 3, email: 'taken@d4f.example', message: 'User already exists' },
        { index: 5, email: '', message: 'emails must contain exactly one primary address' },
      ],
      users: [{ email: 'good@d4f.example' }],
    });
    expect(await find('taken@d4f.example')).toBeNull();
    expectRefusal(await post([withEmails(undefined)], environment, 'v2'), 400, faults('emails should not be empty'));
    const eleven = Array.from({ length: 11 }, (_, index) => ({ email: `e${index}@d4f.example`, primary: index === 0, verified: true }));
    expectRefusal(await post([withEmails(eleven)], environment, 'v2'), 400, faults('emails must not be greater than 10'));
    expectRefusal(
      await post([withEmails([{ email: 'x@d4f.example' }])], environment, 'v2'),
      400,
      faults('primary must be a boolean value', 'verified must be a boolean value'),
    );
  });

  test('who is known by the primary address joins the tenant, and the addresses are added that the user does not have yet', async () => {
    const known = await createUser(harness, await createTenant(harness, 'd4-known'), 'known@d4k.example');
    const now = harness.clock.now();
    const own = { id: 'own', userId: known.id, email: 'own@d4k.example', emailNormalized: 'own@d4k.example', verified: false };
    await harness.app.store.userEmails.add({ ...own, createdAt: now, updatedAt: now });
    const list = [withEmails(emails(['known@d4k.example', true, true], ['own@d4k.example', false, true], ['new@d4k.example', false, true]))];
    for (const time of ['first', 'second']) {
      expect(await finished(list, 'v2'), time).toMatchObject({ state: 'Completed', users: [{ id: known.id }] });
      expect(await addressesOf('known@d4k.example'), time).toMatchObject([
        { email: 'known@d4k.example' },
        { email: 'new@d4k.example', verified: true },
        { email: 'own@d4k.example', verified: false },
      ]);
    }
    const many = Array.from({ length: 8 }, (_, index) => [`m${index}@d4k.example`, false, true] as [string, boolean, boolean]);
    expect(await finished([withEmails(emails(['known@d4k.example', true, true], ...many))], 'v2')).toMatchObject({
      errors: [{ index: 0, message: 'At most 10 emails can be added' }],
    });
    expect(await addressesOf('known@d4k.example')).toHaveLength(3);
  });
});

describe('a migration', () => {
  test('that does not exist is not found, whatever its id looks like', async () => {
    for (const id of ['unknown', '6f8f4a52-6a0c-4c55-9a3e-3f0d8f6f7a02', "'; drop table users; --"])
      expectRefusal(await read(encodeURIComponent(id)), 404, refusal('Migration not found'), id);
  });

  test('can be read for 30 days after its end, and then nothing of it is left', async () => {
    const { migrationId } = await finished([user('x@kept.example', { passwordHash: 'x' }), user('y@kept.example')]);
    harness.clock.advance({ seconds: 30 * 86_400 - 1 });
    await harness.app.cleanup.run();
    environment = await asEnvironment(harness);
    expect(await statusOf(migrationId)).toMatchObject({ errors: [{ email: 'x@kept.example' }], users: [{ email: 'y@kept.example' }] });
    harness.clock.advance({ seconds: 2 });
    await harness.app.cleanup.run();
    expectRefusal(await read(migrationId), 404, refusal('Migration not found'));
    expect(await query(harness, 'select id from user_migration_rows where migration_id = $1', [migrationId])).toEqual([]);
    environment = await asEnvironment(harness);
  });

  test('tells nothing of users who were deleted since', async () => {
    const { migrationId, users } = await finished([user('gone@deleted.example'), user('stays@deleted.example')]);
    expect((await harness.send({ method: 'DELETE', url: `${identity}/users/v1/${users[0]?.id}`, headers: environment })).statusCode).toBe(200);
    expect(await statusOf(migrationId)).toMatchObject({ migrated: 2, users: [{ email: 'stays@deleted.example' }] });
  });
});
