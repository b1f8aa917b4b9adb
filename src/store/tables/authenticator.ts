import { strategyNames } from '../../domain/strategy-name.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the tables of authenticators, pending enrollments and one-time codes. */
export const defineAuthenticator = (k: Kit, { users }: DirectoryTables) => {
  const userId = () =>
    k
      .string()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' });

  const authenticators = k.table(
    'authenticators',
    {
      id: k.id(),
      userId: userId(),
      strategy: k.oneOf([...strategyNames]).notNull(),
      name: k.string().notNull(),
      sealedCredential: k.bytes().notNull(),
      // The column still has its first name, from when it stored only TOTP steps.
      highWaterMark: k.counter('last_step').notNull(),
      identityHash: k.string(),
      createdAt: k.instant().notNull(),
      lastUsedAt: k.instant(),
    },
    (t) => [
      k.index('authenticators_by_user').on(t.userId),
      // Both dialects allow any number of nulls in a unique index.
      k.uniqueIndex('authenticators_by_identity').on(t.identityHash),
      k.check('authenticators_strategy', isOneOf(t.strategy, strategyNames)),
    ],
  );

  const pendingEnrollments = k.table(
    'pending_enrollments',
    {
      id: k.id(),
      owner: k.string().notNull(),
      userId: userId(),
      strategy: k.oneOf([...strategyNames]).notNull(),
      sealed: k.bytes().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      // Where the enrollment counts. Those of earlier releases have none. It is not a foreign key, because it decides nothing.
      tenantId: k.string(),
    },
    (t) => [
      k.uniqueIndex('pending_enrollments_by_owner').on(t.owner, t.strategy),
      k.index('pending_enrollments_by_user').on(t.userId),
      k.index('pending_enrollments_by_end').on(t.expiresAt),
      k.check('pending_enrollments_strategy', isOneOf(t.strategy, strategyNames)),
    ],
  );

  const oneTimeCodes = k.table(
    'one_time_codes',
    {
      id: k.id(),
      tokenHash: k.string().notNull(),
      owner: k.string().notNull(),
      userId: userId(),
      strategy: k.oneOf([...strategyNames]).notNull(),
      sealed: k.bytes().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      // Where it counts as an enrollment. Null for everything that proves a factor.
      enrollmentTenantId: k.string(),
    },
    (t) => [
      k.uniqueIndex('one_time_codes_by_owner').on(t.owner, t.strategy),
      k.uniqueIndex('one_time_codes_by_token').on(t.tokenHash),
      k.index('one_time_codes_by_user').on(t.userId),
      k.index('one_time_codes_by_end').on(t.expiresAt),
      k.check('one_time_codes_strategy', isOneOf(t.strategy, strategyNames)),
    ],
  );

  return { authenticators, pendingEnrollments, oneTimeCodes };
};
