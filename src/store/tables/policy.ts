import { enforcements, maxDeviceExpirationSeconds } from '../../domain/policy/policy.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { Kit } from '../kit.ts';
import { isBetween, isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/**
 * Defines the tables of MFA policies, strategy settings and plans to change them. Each row of settings belongs to the environment or to a
 * tenant, which `owner` tells. The unique index is on `owner`: an index on the nullable `tenantId` would allow the environment several rows,
 * because NULL does not equal NULL.
 */
export const definePolicy = (k: Kit, { tenants }: DirectoryTables) => {
  const mfaPolicies = k.table(
    'mfa_policies',
    {
      id: k.id(),
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      enforceMfaType: k.oneOf([...enforcements]).notNull(),
      allowRememberMyDevice: k.flag().notNull(),
      mfaDeviceExpirationSeconds: k.integer().notNull(),
      graceStartsAt: k.instant(),
      graceDays: k.integer(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('mfa_policies_by_owner').on(t.owner),
      k.index('mfa_policies_by_tenant').on(t.tenantId),
      k.check('mfa_policies_enforce_mfa_type', isOneOf(t.enforceMfaType, enforcements)),
      k.check('mfa_policies_device_expiration', isBetween(t.mfaDeviceExpirationSeconds, 0, maxDeviceExpirationSeconds)),
    ],
  );

  const strategySettings = k.table(
    'strategy_settings',
    {
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      strategy: k.oneOf([...strategyNames]).notNull(),
      active: k.flag().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.primaryKey({ columns: [t.owner, t.strategy] }),
      k.index('strategy_settings_by_tenant').on(t.tenantId),
      k.check('strategy_settings_strategy', isOneOf(t.strategy, strategyNames)),
    ],
  );

  const mfaPlans = k.table(
    'mfa_plans',
    {
      id: k.id(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      document: k.string().notNull(),
      baseRevision: k.string().notNull(),
      withinLimits: k.flag().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      appliedAt: k.instant(),
    },
    (t) => [k.index('mfa_plans_by_tenant').on(t.tenantId), k.index('mfa_plans_by_expiry').on(t.expiresAt)],
  );

  return { mfaPolicies, strategySettings, mfaPlans };
};
