import { sql } from 'drizzle-orm';
import { maxGraceDays } from '../../domain/policy/grace.ts';
import type { Kit } from '../kit.ts';
import { isBetween } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the tables of announced enforcements and of how far their reminders have come. `owner` is explained at `definePolicy`. */
export const defineEnforcement = (k: Kit, { tenants }: DirectoryTables) => {
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

  return { enforcementSchedules, enforcementReminders };
};
