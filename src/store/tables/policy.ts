import { isNotNull, isNull, sql } from 'drizzle-orm';
import { maxGraceDays } from '../../domain/policy/grace.ts';
import { enforcements, maxDeviceExpirationSeconds } from '../../domain/policy/policy.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { Kit } from '../kit.ts';
import { isBetween, isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/**
 * Defines the tables of MFA policies, strategy settings, plans to change them, scheduled enforcements and exemptions. Each row of settings belongs to the environment or to a tenant, which
 * `owner` tells. The unique index is on `owner`: an index on the nullable `tenantId` would allow the environment several
 * rows, because NULL does not equal NULL.
 */
export const definePolicy = (k: Kit, { tenants, users }: DirectoryTables) => {
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

  // An owner has one schedule that waits, and any number that have begun or were cancelled.
  const enforcementSchedules = k.table(
    'enforcement_schedules',
    {
      id: k.id(),
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      enforceMfaType: k.oneOf(['FORCE_EXCEPT_SAML', 'FORCE']).notNull(),
      startsAt: k.instant().notNull(),
      graceDays: k.integer().notNull(),
      remindDaysBefore: k.json<readonly number[]>().notNull(),
      createdAt: k.instant().notNull(),
      startedAt: k.instant(),
      cancelledAt: k.instant(),
    },
    (t) => {
      const waits = sql`${t.startedAt} is null and ${t.cancelledAt} is null`;
      return [
        k.uniqueIndex('enforcement_schedules_waiting').on(t.owner).where(waits),
        k.index('enforcement_schedules_by_start').on(t.startsAt).where(waits),
        k.index('enforcement_schedules_by_owner').on(t.owner, t.createdAt, t.id),
        k.index('enforcement_schedules_by_tenant').on(t.tenantId),
        k.check('enforcement_schedules_grace_days', isBetween(t.graceDays, 0, maxGraceDays)),
      ];
    },
  );

  const enforcementReminders = k.table(
    'enforcement_reminders',
    {
      scheduleId: k
        .string()
        .notNull()
        .references(() => enforcementSchedules.id, { onDelete: 'cascade' }),
      daysBefore: k.integer().notNull(),
      afterLoginAt: k.instant().notNull(),
      afterUserId: k.string().notNull(),
      nextAt: k.instant().notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.scheduleId, t.daysBefore] }), k.index('enforcement_reminders_by_time').on(t.nextAt)],
  );

  const mfaExemptions = k.table(
    'mfa_exemptions',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      reason: k.string().notNull(),
      // This is not a foreign key: whoever gave it may be deleted since.
      grantedBy: k.string(),
      createdAt: k.instant().notNull(),
      until: k.instant().notNull(),
      endedAt: k.instant(),
    },
    (t) => [
      k.uniqueIndex('mfa_exemptions_lasting').on(t.userId, t.owner).where(isNull(t.endedAt)),
      k.index('mfa_exemptions_by_end').on(t.until, t.id).where(isNull(t.endedAt)),
      k.index('mfa_exemptions_by_owner').on(t.owner, t.until, t.id).where(isNull(t.endedAt)),
      k.index('mfa_exemptions_by_tenant').on(t.tenantId),
      k.index('mfa_exemptions_ended').on(t.endedAt).where(isNotNull(t.endedAt)),
    ],
  );

  return { mfaPolicies, strategySettings, mfaPlans, enforcementSchedules, enforcementReminders, mfaExemptions };
};
