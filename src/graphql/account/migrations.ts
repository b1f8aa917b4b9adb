import { z } from 'zod';
import type { bulkInvitationStates } from '../../domain/account/bulk-invitation.ts';
import type { UserMigration } from '../../domain/account/user-migration.ts';
import { asMigrated, maxUsersOfACall, migrationStateOf } from '../../domain/account/user-migration.ts';
import { catalogue } from '../../domain/error-catalogue.ts';
import type { FailedImport } from '../../services/account/user-migrations.ts';
import { userMigrationErrors } from '../../services/account/user-migrations.ts';
import { builder } from '../builder/builder.ts';
import { byNumber, connectionBy, pageRequestIn } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { ErrorCode } from '../builder/error-types.ts';
import { idOf } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Migration } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { decodeImported, ImportUserInput } from './import-user.ts';

const MigrationState = builder.enumType('MigrationState', {
  description: 'How far a migration is.',
  values: enumValues<(typeof bulkInvitationStates)[number]>({
    NOT_STARTED: 'Nobody was imported or has failed yet.',
    IN_PROGRESS: 'Some users were imported or have failed, and some still wait.',
    COMPLETED: 'Everybody was imported.',
    COMPLETED_WITH_ERRORS: 'Everybody was imported or has failed, and at least one user has failed.',
  }),
});

const MigrationFailure = builder.objectRef<FailedImport>('MigrationFailure').implement({
  description: 'A user who was not imported.',
  fields: (t) => ({
    index: t.exposeInt('number', { description: 'The place of the user in the call, from 0.' }),
    email: t.exposeString('email', { description: 'The primary address, as the call named it.' }),
    code: t.expose('code', { type: ErrorCode, description: 'The error code, for programs.' }),
    message: t.string({
      description: 'What is wrong, in English for developers and logs.',
      resolve: ({ code, message }) => message ?? catalogue[code].message,
    }),
  }),
});

const MigrationFailureConnection = builder.connectionObject(
  {
    type: MigrationFailure,
    name: 'MigrationFailureConnection',
    description: 'One page of the users who were not imported, in the order of the call.',
  },
  { name: 'MigrationFailureConnectionEdge' },
);

builder.node(Migration, {
  name: 'Migration',
  description:
    'Users of another system who are imported with one call, one after the other. It can be read for 30 days after the last one. What came along of users who failed, such as the hash of the password, is kept sealed as long, so that they can be tried again, and is never answered.',
  access: 'environment',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().migrations, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    migrationState: t.field({ type: MigrationState, description: 'How far it is.', resolve: migrationStateOf }),
    totalCount: t.exposeInt('total', { description: 'How many users the call named.' }),
    migratedCount: t.exposeInt('migrated', { description: 'How many of them were imported so far.' }),
    failedCount: t.exposeInt('failed', { description: 'How many of them have failed so far.' }),
    failures: t.field({
      type: MigrationFailureConnection,
      access: 'environment',
      description: 'Whoever has failed so far, in the order of the call. What is wrong with one user keeps nobody else from being imported.',
      args: t.arg.connectionArgs(),
      resolve: async ({ id, failed }, args, context) => {
        const page = pageRequestIn(args, byNumber);
        const failures = await context.services.migrations.failures(await callerOf(context), { id, page });
        return { ...connectionBy(failures, page, ({ number, id: rowId }) => ({ at: number, id: rowId }), byNumber), count: async () => failed };
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the users were named.' }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the last one was imported or has failed. Null before.',
    }),
  }),
});

const StartMigrationInput = builder.inputType('StartMigrationInput', {
  description: 'The users to import. Null is refused for every field.',
  validate: z.looseObject({ users: z.array(z.unknown()).min(1).max(maxUsersOfACall) }),
  fields: (t) => ({
    users: t.field({ type: [ImportUserInput], description: `The users, 1 to ${maxUsersOfACall}, as far as they fit into one request.` }),
  }),
});

const RetryMigrationInput = builder.inputType('RetryMigrationInput', {
  description: 'The migration whose failed users are tried again.',
  validate: z.looseObject({ migrationId: idOf('Migration') }),
  fields: (t) => ({ migrationId: t.id({ description: 'The global id or `restId` of the migration.' }) }),
});

const StartMigrationSuccess = builder.objectRef<{ migration: UserMigration }>('StartMigrationSuccess').implement({
  description: 'The users are stored, and the first of them is imported next.',
  fields: (t) => ({
    migration: t.expose('migration', { type: Migration, description: 'How far it is. Read it again to see it progress.' }),
  }),
});

const RetryMigrationSuccess = builder.objectRef<{ migration: UserMigration; retried: number }>('RetryMigrationSuccess').implement({
  description: 'The users who had failed wait again.',
  fields: (t) => ({
    migration: t.expose('migration', { type: Migration, description: 'The migration.' }),
    retriedCount: t.exposeInt('retried', { description: 'How many users are tried again. If nobody had failed, it is 0 and nothing has changed.' }),
  }),
});

builder.queryField('migration', (t) =>
  t.field({
    type: Migration,
    nullable: true,
    description: 'Returns one migration. Null if it does not exist or its 30 days are over. Requires the environment token.',
    access: 'environment',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the migration.' }) },
    resolve: (_root, { id }, { loaders }) => loaders().migrations.load(restIdOf('Migration', id)),
  }),
);

builder.mutationFields((t) => ({
  startMigration: t.field({
    type: StartMigrationSuccess,
    description:
      'Imports many users from another system, one after the other after the answer, each as `importUser` does. Users who were imported before are not changed by the same call again. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('startMigration', userMigrationErrors.start),
    args: { input: t.arg({ type: StartMigrationInput, description: 'The users.' }) },
    resolve: async (_root, { input }, context) => ({
      migration: await context.services.migrations.start(await callerOf(context), {
        users: input.users.map((user) => asMigrated(decodeImported(user))),
      }),
    }),
  }),
  retryMigration: t.field({
    type: RetryMigrationSuccess,
    description:
      'Tries the users of a migration again who have failed, with what the call named. It helps after what they need was created, such as a tenant or a role. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('retryMigration', userMigrationErrors.retry),
    args: { input: t.arg({ type: RetryMigrationInput, description: 'The migration.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.migrations.retry(await callerOf(context), { id: restIdOf('Migration', input.migrationId) }),
  }),
}));
