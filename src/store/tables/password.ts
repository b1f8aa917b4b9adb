import type { PasswordTests } from '../../domain/password/policy.ts';
import { historySizeBounds, passwordBounds, rotationBounds } from '../../domain/password/policy.ts';
import type { Kit } from '../kit.ts';
import { isBetween } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the tables of what passwords must be, of how old they may become, and of former ones. `owner` is explained at `definePolicy`. */
export const definePassword = (k: Kit, { tenants, users }: DirectoryTables) => {
  const owned = () => ({
    id: k.id(),
    owner: k.string().notNull(),
    tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
  });
  const passwordPolicies = k.table(
    'password_policies',
    {
      ...owned(),
      // Null is what was not set.
      allowPassphrases: k.flag(),
      minPhraseLength: k.integer(),
      minLength: k.integer(),
      maxLength: k.integer(),
      minOptionalTestsToPass: k.integer(),
      blockPwnedPasswords: k.flag(),
      optionalTests: k.json<PasswordTests>(),
      requiredTests: k.json<PasswordTests>(),
      forbiddenWords: k.json<readonly string[]>(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('password_policies_by_owner').on(t.owner),
      k.index('password_policies_by_tenant').on(t.tenantId),
      k.check('password_policies_min_length', isBetween(t.minLength, passwordBounds.minLength.min, passwordBounds.minLength.max)),
      k.check('password_policies_max_length', isBetween(t.maxLength, passwordBounds.maxLength.min, passwordBounds.maxLength.max)),
    ],
  );

  const passwordHistoryPolicies = k.table(
    'password_history_policies',
    {
      ...owned(),
      enabled: k.flag().notNull(),
      historySize: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('password_history_policies_by_owner').on(t.owner),
      k.index('password_history_policies_by_tenant').on(t.tenantId),
      k.check('password_history_policies_size', isBetween(t.historySize, historySizeBounds.min, historySizeBounds.max)),
    ],
  );

  const passwordRotations = k.table(
    'password_rotations',
    {
      ...owned(),
      isActive: k.flag().notNull(),
      rotationPeriodMinutes: k.integer().notNull(),
      notificationPeriodMinutes: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('password_rotations_by_owner').on(t.owner),
      k.index('password_rotations_by_tenant').on(t.tenantId),
      k.check('password_rotations_period', isBetween(t.rotationPeriodMinutes, rotationBounds.minPeriod, rotationBounds.max)),
      k.check('password_rotations_notification', isBetween(t.notificationPeriodMinutes, rotationBounds.minNotification, rotationBounds.max)),
    ],
  );

  const formerPasswords = k.table(
    'former_passwords',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      hash: k.string().notNull(),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.index('former_passwords_by_user').on(t.userId, t.createdAt)],
  );

  return { passwordPolicies, passwordHistoryPolicies, passwordRotations, formerPasswords };
};
