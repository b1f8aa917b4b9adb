import type { Origin } from '../../domain/access/actor.ts';
import type { Inviter } from '../../domain/account/bulk-invitation.ts';
import { attemptsPerToken, tokenPurposes } from '../../domain/account/user-token.ts';
import type { Kit } from '../kit.ts';
import { isBetween } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/**
 * Defines the tables of single-use tokens for activation, password reset, invitations and login by e-mail code, and of bulk invitations and
 * migrations.
 */
export const defineAccount = (k: Kit, { tenants, users }: DirectoryTables) => {
  const userTokens = k.table(
    'user_tokens',
    {
      id: k.id(),
      purpose: k.oneOf([...tokenPurposes]).notNull(),
      subject: k.string().notNull(),
      userId: k.string().references(() => users.id, { onDelete: 'cascade' }),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      tokenHash: k.string().notNull(),
      codeDigest: k.string(),
      attempts: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('user_tokens_by_subject').on(t.subject, t.purpose),
      k.uniqueIndex('user_tokens_by_token').on(t.tokenHash),
      k.index('user_tokens_by_user').on(t.userId),
      k.index('user_tokens_by_tenant').on(t.tenantId),
      k.index('user_tokens_by_end').on(t.expiresAt),
      // There is no check of the purpose: SQLite would copy the table whenever a release adds one.
      k.check('user_tokens_attempts', isBetween(t.attempts, 0, attemptsPerToken)),
    ],
  );

  const bulkInvitations = k.table(
    'bulk_invitations',
    {
      id: k.id(),
      tenantId: k
        .string()
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      inviter: k.json<Inviter>().notNull(),
      total: k.integer().notNull(),
      processed: k.integer().notNull(),
      refused: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      finishedAt: k.instant(),
    },
    (t) => [k.index('bulk_invitations_by_tenant').on(t.tenantId, t.finishedAt), k.index('bulk_invitations_by_end').on(t.finishedAt)],
  );
  const bulkInvitationEntries = k.table(
    'bulk_invitation_entries',
    {
      id: k.id(),
      bulkInvitationId: k
        .string()
        .notNull()
        .references(() => bulkInvitations.id, { onDelete: 'cascade' }),
      number: k.integer().notNull(),
      // Whom to invite, or after a refusal the address and the reason.
      sealed: k.bytes().notNull(),
      attempts: k.integer().notNull(),
      // While a process invites the person, this is the end of its reservation. Null after a refusal.
      nextAttemptAt: k.instant(),
      refusedAt: k.instant(),
    },
    (t) => [
      k.uniqueIndex('bulk_invitation_entries_by_number').on(t.bulkInvitationId, t.number),
      k.index('bulk_invitation_entries_by_due').on(t.nextAttemptAt, t.bulkInvitationId, t.number),
      k.index('bulk_invitation_entries_by_refusal').on(t.refusedAt),
    ],
  );

  const userMigrations = k.table(
    'user_migrations',
    {
      id: k.id(),
      // The tenant that the operator acted in. Null for the environment.
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      origin: k.json<Origin>().notNull(),
      total: k.integer().notNull(),
      migrated: k.integer().notNull(),
      failed: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      finishedAt: k.instant(),
    },
    (t) => [k.index('user_migrations_by_tenant').on(t.tenantId), k.index('user_migrations_by_end').on(t.finishedAt)],
  );
  const userMigrationRows = k.table(
    'user_migration_rows',
    {
      id: k.id(),
      migrationId: k
        .string()
        .notNull()
        .references(() => userMigrations.id, { onDelete: 'cascade' }),
      number: k.integer().notNull(),
      // The user, and after a failure the reason. Empty once the user is imported.
      sealed: k.bytes().notNull(),
      attempts: k.integer().notNull(),
      // While a process imports the user, this is the end of its reservation. Null once the user is imported or refused.
      nextAttemptAt: k.instant(),
      failedAt: k.instant(),
      // Who was imported. That user may have been deleted since.
      userId: k.string(),
    },
    (t) => [
      k.uniqueIndex('user_migration_rows_by_number').on(t.migrationId, t.number),
      k.index('user_migration_rows_by_due').on(t.nextAttemptAt, t.migrationId, t.number),
    ],
  );
  return { userTokens, bulkInvitations, bulkInvitationEntries, userMigrations, userMigrationRows };
};
