import { sql } from 'drizzle-orm';
import type { FunnelCount, UserCount } from '../../domain/insight/adoption.ts';
import type { Kit } from '../kit.ts';

/**
 * Defines the tables of how many users have which factors. `owner` is explained at `definePolicy`. There are no foreign keys: rows are
 * added without looking at the tenant, and the tenant takes them along by `removeAllOfTenant`.
 */
export const defineInsight = (k: Kit) => {
  const number = () => k.counter().notNull().default(0);
  const ofUsers = () =>
    ({
      users: number(),
      enrolled: number(),
      phishingResistant: number(),
      onlyWeak: number(),
      recoveryReady: number(),
      exempt: number(),
      locked: number(),
      authenticatorApp: number(),
      webAuthnPlatform: number(),
      webAuthnCrossPlatform: number(),
      sms: number(),
      emailCode: number(),
    }) satisfies Record<UserCount, unknown>;
  const ofFunnel = () =>
    ({
      challenged: number(),
      succeeded: number(),
      failed: number(),
      abandoned: number(),
      enrollmentsBegun: number(),
      enrollmentsConfirmed: number(),
      enrollmentsAbandoned: number(),
    }) satisfies Record<FunnelCount, unknown>;

  // What was added up, for each owner. The lists of tenants are ordered by it.
  const adoptionTotals = k.table('adoption_totals', { owner: k.id(), ...ofUsers() }, (t) => {
    const isListed = sql`${t.users} > 0 and ${t.owner} <> 'environment'`;
    return [
      // There is no comma in it, because drizzle-kit takes one for the end of the expression.
      k
        .index('adoption_totals_by_share')
        .on(sql`(case when ${t.users} > 0 then ${t.enrolled} * 10000 / ${t.users} else 10000 end)`, t.owner)
        .where(isListed),
      k.index('adoption_totals_by_unenrolled').on(sql`(${t.users} - ${t.enrolled})`, t.owner).where(isListed),
    ];
  });

  // What was added up, for each owner and day: the users whose last login was on that day, and the logins and enrollments that began on it.
  const adoptionDays = k.table(
    'adoption_days',
    { owner: k.string().notNull(), day: k.instant().notNull(), users: number(), enrolled: number(), ...ofFunnel() },
    (t) => [k.primaryKey({ columns: [t.owner, t.day] }), k.index('adoption_days_by_day').on(t.day)],
  );

  // What was not added up yet. Rows are only added, so that no login waits for another one.
  const adoptionChanges = k.table(
    'adoption_changes',
    { id: k.id().default(k.newId), owner: k.string().notNull(), day: k.instant().notNull(), ...ofUsers(), ...ofFunnel() },
    (t) => [k.index('adoption_changes_by_owner').on(t.owner)],
  );

  // The counts of past days.
  const adoptionPoints = k.table(
    'adoption_points',
    {
      owner: k.string().notNull(),
      day: k.instant().notNull(),
      at: k.instant().notNull(),
      ...ofUsers(),
      activeLast30Days: number(),
      enrolledOfActive: number(),
    },
    (t) => [k.primaryKey({ columns: [t.owner, t.day] }), k.index('adoption_points_by_day').on(t.day)],
  );

  return { adoptionTotals, adoptionDays, adoptionChanges, adoptionPoints };
};
