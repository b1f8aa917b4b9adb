import type { Column, SQL } from 'drizzle-orm';
import { and, asc, eq, getTableColumns, gt, inArray, not, sql } from 'drizzle-orm';
import type { AdoptionRepository, UserCount } from '../../domain/insight/adoption.ts';
import { dayOf, funnelCounts, lastInactiveDay, userCounts } from '../../domain/insight/adoption.ts';
import type { Access } from './context.ts';
import { ownerKey } from './owner-key.ts';

/** How many changes are added up in one transaction. Each becomes a row of a statement, whose number of parameters is limited. */
const changesAtOnce = 1_000;
/** Of how many owners one statement keeps the points. */
const ownersAtOnce = 500;
/** What adds up changes, or reads what was added up, has this to itself. */
const addingUp = { subject: 'adoption' } as const;

/** Makes the methods that add up what was counted, keep the counts of a day, and remove those of a tenant. */
export function adoptionUpkeep({ engine, tables }: Access): Pick<AdoptionRepository, 'keepPoints' | 'settle' | 'removeAllOfTenant'> {
  const { pendingEnrollments: e, oneTimeCodes: o } = tables;
  const { adoptionTotals: t, adoptionDays: d, adoptionChanges: c, adoptionPoints: p } = tables;

  /** What a statement that inserts a row adds to the row that is there. */
  const plus = (table: Record<string, Column>, names: readonly string[]): Record<string, SQL> =>
    Object.fromEntries(names.map((name) => [name, sql`${table[name]} + excluded.${sql.identifier(snakeCase(name))}`]));
  const dayNames = ['users', 'enrolled', ...funnelCounts] as const;

  return {
    keepPoints: (now, after) =>
      engine.transact(addingUp, async () => {
        const page = await engine.read((db) =>
          db.select({ owner: t.owner }).from(t).where(gt(t.owner, after)).orderBy(asc(t.owner)).limit(ownersAtOnce),
        );
        const owners = page.map(({ owner }) => owner);
        if (owners.length === 0) return null;
        const day = dayOf(now);
        const since = lastInactiveDay(now);
        const ofActive = (value: Column): SQL =>
          sql`coalesce((select sum(${value}) from ${d} where ${d.owner} = ${t.owner} and ${gt(d.day, since)}), 0)`;
        const instant = (value: Date): SQL => sql`cast(${sql.param(value, p.at)} as timestamptz)`;
        const values: Record<keyof typeof p.$inferSelect, SQL | Column> = {
          ...(t as Pick<typeof t, UserCount>),
          owner: t.owner,
          day: instant(day),
          at: instant(now),
          activeLast30Days: ofActive(d.users),
          enrolledOfActive: ofActive(d.enrolled),
        };
        const row = sql.join(
          Object.keys(getTableColumns(p)).map((name) => sql`${values[name as keyof typeof values]}`),
          sql`, `,
        );
        const isKept = sql`exists (select 1 from ${p} where ${and(eq(p.owner, t.owner), eq(p.day, day))})`;
        await engine.send((db) =>
          db
            .insert(p)
            .select(sql`select ${row} from ${t} where ${and(inArray(t.owner, owners), gt(t.users, 0), not(isKept))}`)
            .onConflictDoNothing(),
        );
        return owners.at(-1) ?? null;
      }),

    async settle() {
      const waiting = await engine.read((db) => db.select({ id: c.id }).from(c).limit(1));
      if (waiting.length === 0) return false;
      return engine.transact(addingUp, async () => {
        const changes = await engine.run((db) =>
          db
            .delete(c)
            .where(inArray(c.id, db.select({ id: c.id }).from(c).limit(changesAtOnce)))
            .returning(),
        );
        const totals = groupedBy(changes, ({ owner }) => owner, userCounts);
        const days = groupedBy(changes, ({ owner, day }) => `${day.getTime()} ${owner}`, dayNames);
        if (totals.length > 0)
          await engine.send((db) =>
            db
              .insert(t)
              .values(totals)
              .onConflictDoUpdate({ target: t.owner, set: plus(getTableColumns(t), userCounts) }),
          );
        if (days.length > 0)
          await engine.send((db) =>
            db
              .insert(d)
              .values(days)
              .onConflictDoUpdate({ target: [d.owner, d.day], set: plus(getTableColumns(d), dayNames) }),
          );
        return changes.length === changesAtOnce;
      });
    },

    async removeAllOfTenant(tenantId) {
      const key = ownerKey(tenantId);
      // Nothing is added up meanwhile, because the caller has all settings to itself.
      await engine.send((db) => db.delete(c).where(eq(c.owner, key)));
      await engine.send((db) => db.delete(t).where(eq(t.owner, key)));
      await engine.send((db) => db.delete(d).where(eq(d.owner, key)));
      await engine.send((db) => db.delete(p).where(eq(p.owner, key)));
      // What was begun in it may go on, but counts nowhere.
      await engine.send((db) => db.update(e).set({ tenantId: null }).where(eq(e.tenantId, tenantId)));
      await engine.send((db) => db.update(o).set({ enrollmentTenantId: null }).where(eq(o.enrollmentTenantId, tenantId)));
    },
  };
}

/** Returns the name of a column in the database. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Adds up the rows of each group. Groups in which everything adds up to 0 are left out. */
function groupedBy<Name extends string, Row extends Record<Name, number> & { owner: string; day: Date }>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  names: readonly Name[],
): ({ owner: string; day: Date } & Record<Name, number>)[] {
  const groups = new Map<string, { owner: string; day: Date } & Record<Name, number>>();
  for (const row of rows) {
    const key = keyOf(row);
    const before = groups.get(key);
    const numbers = Object.fromEntries(names.map((name) => [name, (before?.[name] ?? 0) + row[name]])) as Record<Name, number>;
    groups.set(key, { owner: row.owner, day: row.day, ...numbers });
  }
  return [...groups.values()].filter((group) => names.some((name) => group[name] !== 0));
}
