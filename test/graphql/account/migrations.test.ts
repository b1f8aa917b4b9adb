import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUserInTenant } from '../../support/builders.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { openHarness } from '../../support/harness.ts';
import { asUser, call } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openHarness());
/** The hash that the library `bcrypt` of Python made of `correct horse`. */
const bcrypt = '$2b$04$4nkz3NXzeD6fxR8tR5KLX.15TH10xH1dYm8uwPTkMJ1dWm/6pX0a6';
const start = mutation(
  'startMigration',
  'migration { id restId migrationState totalCount migratedCount failedCount finishedAt failures { totalCount } }',
);
const retry = mutation('retryMigration', 'retriedCount migration { migrationState failedCount }');
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await createTenant(harness, 'acme');
});

interface Failures {
  totalCount: number;
  edges: { cursor: string; node: { index: number; email: string; code: string; message: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}
const failuresOf = async (id: string, page: object): Promise<Failures> => {
  const document = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { migration(id: $id) {
    failures(first: $first, after: $after, last: $last, before: $before) { totalCount edges { cursor node { index email code message } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const answer = await harness.graphql(document, { id, ...page }, environment);
  expect(answer.errors).toBeUndefined();
  return (answer.data as { migration: { failures: Failures } }).migration.failures;
};

describe('an operator who imports many users', () => {
  test('sees how far it is, and tries those again who have failed once what they need is there', async () => {
    const users = [
      { tenantId: 'acme', email: 'ada@migration.example', verified: true, passwordHash: { hash: bcrypt, type: 'BCRYPT' }, roleIds: [roleIds.admin] },
      { tenantId: 'later', email: 'bob@migration.example', verified: true },
      { tenantId: 'acme', email: 'carl@migration.example', passwordHash: { hash: 'x', type: 'PBKDF2' } },
    ];
    const { migration } = await run(harness, start, { users }, environment);
    expect(migration).toMatchObject({
      migrationState: 'NOT_STARTED',
      totalCount: 3,
      migratedCount: 0,
      failedCount: 0,
      finishedAt: null,
      failures: { totalCount: 0 },
    });
    await harness.app.migrations.run();
    const failures = await failuresOf(migration.id, { first: 10 });
    expect(failures.totalCount).toBe(2);
    expect(failures.edges.map(({ node }) => node)).toEqual([
      { index: 1, email: 'bob@migration.example', code: 'TENANT_NOT_FOUND', message: 'Tenant not found.' },
      { index: 2, email: 'carl@migration.example', code: 'INVALID_INPUT', message: 'passwordHash is not a valid pbkdf2 hash' },
    ]);
    const document =
      'query ($id: ID!, $restId: ID!) { migration(id: $restId) { migrationState migratedCount finishedAt } node(id: $id) { ... on Migration { restId } } }';
    const { id, restId } = migration;
    expect((await harness.graphql(document, { id, restId }, environment)).data).toEqual({
      migration: { migrationState: 'COMPLETED_WITH_ERRORS', migratedCount: 1, finishedAt: expect.any(String) },
      node: { restId },
    });
    await createTenant(harness, 'later');
    expect(await run(harness, retry, { migrationId: id }, environment)).toMatchObject({ retriedCount: 2, migration: { failedCount: 0 } });
    await harness.app.migrations.run();
    expect((await failuresOf(restId, { first: 10 })).edges.map(({ node }) => node.index)).toEqual([2]);
    expect((await call(harness, 'POST', '/auth/v1/user', { body: { email: 'ada@migration.example', password: 'correct horse' } })).statusCode).toBe(
      200,
    );
  });

  test('changes nothing by trying again when nobody has failed', async () => {
    const { migration } = await run(harness, start, { users: [{ tenantId: 'acme', email: 'fine@migration.example' }] }, environment);
    await harness.app.migrations.run();
    expect(await run(harness, retry, { migrationId: migration.id }, environment)).toMatchObject({
      retriedCount: 0,
      migration: { migrationState: 'COMPLETED' },
    });
  });

  test('reads those who failed in pages, from both ends, by cursors of this list alone', async () => {
    const users = Array.from({ length: 5 }, (_, index) => ({ tenantId: 'no-such', email: `f${index}@pages.example` }));
    const { migration } = await run(harness, start, { users }, environment);
    await harness.app.migrations.run();
    const indices = ({ edges }: Failures) => edges.map(({ node }) => node.index);
    const first = await failuresOf(migration.id, { first: 2 });
    expect([indices(first), first.pageInfo.hasNextPage, first.pageInfo.hasPreviousPage]).toEqual([[0, 1], true, false]);
    const second = await failuresOf(migration.id, { first: 3, after: first.pageInfo.endCursor });
    expect([indices(second), second.pageInfo.hasNextPage]).toEqual([[2, 3, 4], false]);
    expect(indices(await failuresOf(migration.id, { last: 2, before: second.pageInfo.startCursor }))).toEqual([0, 1]);
    const document = 'query ($id: ID!, $after: String) { migration(id: $id) { failures(after: $after) { totalCount } } }';
    for (const after of ['nonsense', Buffer.from('1:x').toString('base64url'), Buffer.from('#01:x').toString('base64url'), ''])
      expect((await harness.graphql(document, { id: migration.id, after }, environment)).errors?.[0]?.extensions.code, after).toBe('BAD_REQUEST');
  });

  test('gives a user further addresses, alone and with others', async () => {
    const otherEmails = [{ email: 'second@other.example', verified: true }, { email: 'third@other.example' }];
    const single = mutation('importUser', 'user { userEmails { email verified primary } }');
    const one = { tenantId: 'acme', email: 'first@other.example', verified: true, otherEmails };
    const { user } = await run(harness, single, one, environment);
    expect(user.userEmails).toHaveLength(3);
    expect(user.userEmails).toEqual(
      expect.arrayContaining([
        { email: 'first@other.example', verified: true, primary: true },
        { email: 'second@other.example', verified: true, primary: false },
        { email: 'third@other.example', verified: false, primary: false },
      ]),
    );
    const taken = await run(harness, single, { ...one, email: 'else@other.example' }, environment);
    expect(taken).toMatchObject({ __typename: 'UserExistsError', path: ['input', 'otherEmails'] });
    const { migration } = await run(harness, start, { users: [one, { ...one, email: 'else@other.example' }] }, environment);
    await harness.app.migrations.run();
    expect((await failuresOf(migration.id, {})).edges.map(({ node }) => [node.index, node.code])).toEqual([[1, 'USER_EXISTS']]);
    const tooMany = Array.from({ length: 10 }, (_, index) => ({ email: `m${index}@other.example` }));
    expect(await run(harness, single, { ...one, otherEmails: tooMany }, environment)).toMatchObject({ __typename: 'InvalidInputError' });
  });

  test('is told of a fault in the shape of one user before anybody is stored, and nobody else may ask', async () => {
    const good = { tenantId: 'acme', email: 'good@shape.example' };
    const refused = await run(harness, start, { users: [good, { tenantId: 'acme', email: 'bad' }] }, environment);
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'users', '1', 'email'] });
    expect(await run(harness, start, { users: [] }, environment)).toMatchObject({ __typename: 'InvalidInputError' });
    const { email } = await createUserInTenant(harness, 'migration-admin', { roleIds: [roleIds.admin] });
    const headers = await asUser(harness, email);
    for (const [document, input] of [
      [start, { users: [good] }],
      [retry, { migrationId: 'x' }],
    ] as const)
      expect((await harness.graphql(document, { input }, headers)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await harness.graphql('{ migration(id: "x") { migrationState } }', {}, environment)).data).toEqual({ migration: null });
    expect(await harness.app.store.users.findByEmail(good.email)).toBeNull();
  });
});
