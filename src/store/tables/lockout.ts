import { maxStoredAttempts } from '../../domain/lockout/lockout-policy.ts';
import type { Kit } from '../kit.ts';
import { isBetween } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the tables of lockout policies and of consecutive wrong passwords. `owner` is explained at `definePolicy`. */
export const defineLockout = (k: Kit, { tenants, users }: DirectoryTables) => {
  const lockoutPolicies = k.table(
    'lockout_policies',
    {
      id: k.id(),
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      enabled: k.flag().notNull(),
      maxAttempts: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('lockout_policies_by_owner').on(t.owner),
      k.index('lockout_policies_by_tenant').on(t.tenantId),
      k.check('lockout_policies_max_attempts', isBetween(t.maxAttempts, 1, maxStoredAttempts)),
    ],
  );

  const passwordFailures = k.table('password_failures', {
    userId: k.id().references(() => users.id, { onDelete: 'cascade' }),
    count: k.integer().notNull(),
    lastAt: k.instant().notNull(),
  });

  return { lockoutPolicies, passwordFailures };
};
