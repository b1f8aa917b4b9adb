import { strategyNames } from '../../domain/authenticator/strategy.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import type { Tenancy } from './tenancy.ts';

/** What a person proves a second factor with, and how often it may be tried. */
export const defineFactor = (k: Kit, { users }: Tenancy) => {
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
      lastStep: k.counter().notNull(),
      identityHash: k.string(),
      createdAt: k.instant().notNull(),
      lastUsedAt: k.instant(),
    },
    (t) => [
      k.index('authenticators_by_user').on(t.userId),
      // Nulls are no equals on either dialect.
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
    },
    (t) => [
      k.uniqueIndex('pending_enrollments_by_owner').on(t.owner, t.strategy),
      k.index('pending_enrollments_by_user').on(t.userId),
      k.index('pending_enrollments_by_end').on(t.expiresAt),
      k.check('pending_enrollments_strategy', isOneOf(t.strategy, strategyNames)),
    ],
  );

  const recoveryCodes = k.table(
    'recovery_codes',
    { id: k.id(), userId: userId(), digest: k.string().notNull(), createdAt: k.instant().notNull() },
    (t) => [k.index('recovery_codes_by_user').on(t.userId)],
  );

  const rememberedDevices = k.table(
    'remembered_devices',
    {
      id: k.id(),
      userId: userId(),
      tokenHash: k.string().notNull(),
      name: k.string().notNull(),
      createdAt: k.instant().notNull(),
      lastUsedAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('remembered_devices_by_token').on(t.tokenHash), k.index('remembered_devices_by_user').on(t.userId)],
  );

  /** The last five charges, oldest first, as columns: the sliding window is then one comparison, and one statement moves it. */
  const budgets = k.table('budgets', {
    key: k.id(),
    t1: k.instant().notNull(),
    t2: k.instant().notNull(),
    t3: k.instant().notNull(),
    t4: k.instant().notNull(),
    t5: k.instant().notNull(),
    consecutive: k.integer().notNull(),
  });

  /** What may be done so many times in a window that opens with the first time; for counts too large for `budgets`. */
  const quotas = k.table('quotas', { key: k.id(), openedAt: k.instant().notNull(), used: k.integer().notNull() }, (t) => [
    k.index('quotas_by_opening').on(t.openedAt),
  ]);

  return { authenticators, pendingEnrollments, recoveryCodes, rememberedDevices, budgets, quotas };
};
