import type { Column, SQL } from 'drizzle-orm';
import { and, asc, count, eq, gt, gte, inArray, lt, sql } from 'drizzle-orm';
import type { AdoptionCounts, AdoptionOrder, AdoptionRepository, FunnelCount } from '../../domain/insight/adoption.ts';
import { funnelCounts, lastInactiveDay, userCounts } from '../../domain/insight/adoption.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import { adoptionRecount } from './adoption-recount.ts';
import { adoptionUpkeep } from './adoption-upkeep.ts';
import type { Access } from './context.ts';
import type { Order } from './keyset.ts';
import { keysetIn, toPage } from './keyset.ts';
import { ownerKey, ownerOf } from './owner-key.ts';

const countNames = [...userCounts, 'activeLast30Days', 'enrolledOfActive'] as const;
type CountName = (typeof countNames)[number];

/** Makes the repository of how many users have which factors. */
export function adoptionRepository(access: Access): AdoptionRepository {
  const { engine, tables } = access;
  const { countEvent } = createAdoptionCounting(access);
  const { adoptionTotals: t, adoptionDays: d, adoptionChanges: c, adoptionPoints: p } = tables;

  /** The columns that `countsOf` adds up, of which those that are not given are 0. */
  const columns = (given: Partial<Record<CountName, Column | SQL>>): SQL =>
    sql.join(
      countNames.map((name) => sql`${given[name] ?? sql`0`} as ${sql.identifier(name)}`),
      sql`, `,
    );
  const added = Object.fromEntries(countNames.map((name) => [name, sql`sum(${sql.identifier(name)})`.mapWith(Number)])) as Record<
    CountName,
    SQL<number>
  >;

  /** What each order compares. Both are indexes. */
  const placeIn: Readonly<Record<AdoptionOrder, SQL<number>>> = {
    LEAST_SHARE: sql`(case when ${t.users} > 0 then ${t.enrolled} * 10000 / ${t.users} else 10000 end)`.mapWith(Number),
    MOST_UNENROLLED: sql`(${t.users} - ${t.enrolled})`.mapWith(Number),
  };

  // The constants are written out, because only then PostgreSQL knows that the indexes hold these rows.
  const isListed = sql`${t.users} > 0 and ${t.owner} <> 'environment'`;

  return {
    async countsOf(owners, now) {
      const keys = owners.map(ownerKey);
      if (keys.length === 0) return [];
      const since = lastInactiveDay(now);
      const ifActive = (value: Column): SQL => sql`case when ${gt(c.day, since)} then ${value} else 0 end`;
      // One statement, so that what is added up meanwhile is read once.
      const parts = [
        sql`select ${t.owner} as owner, ${columns(t)} from ${t} where ${inArray(t.owner, keys)}`,
        sql`select ${d.owner} as owner, ${columns({ activeLast30Days: d.users, enrolledOfActive: d.enrolled })} from ${d} where ${and(inArray(d.owner, keys), gt(d.day, since))}`,
        sql`select ${c.owner} as owner, ${columns({ ...(c as Pick<typeof c, CountName & keyof typeof c>), activeLast30Days: ifActive(c.users), enrolledOfActive: ifActive(c.enrolled) })} from ${c} where ${inArray(c.owner, keys)}`,
      ];
      const rows = await engine.read((db) =>
        db
          .select({ owner: sql<string>`owner`, ...added })
          .from(sql`(${sql.join(parts, sql` union all `)}) n`)
          .groupBy(sql`owner`),
      );
      return keys.map((key): AdoptionCounts => {
        const { owner: _, ...counts } = rows.find(({ owner }) => owner === key) ?? { owner: key, ...nothing };
        return counts;
      });
    },

    async list(order, page) {
      const place = placeIn[order];
      const by: Order<number> = { by: [place, sql`${t.owner}`], at: (cursor) => [sql`${cursor.at}`, sql`${ownerKey(cursor.id)}`] };
      const { where, orderBy, limit } = keysetIn(by, page, order === 'MOST_UNENROLLED');
      const rows = await engine.read((db) =>
        db
          .select({ owner: t.owner, place })
          .from(t)
          .where(and(isListed, where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(
        rows.map(({ owner, place }) => ({ tenantId: ownerOf(owner) ?? '', place })),
        page,
      );
    },

    async countListed() {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(t).where(isListed));
      return row?.number ?? 0;
    },

    points: async (owner, { from, until }) => {
      const rows = await engine.read((db) =>
        db
          .select()
          .from(p)
          .where(and(eq(p.owner, ownerKey(owner)), gte(p.day, from), lt(p.day, until)))
          .orderBy(asc(p.day)),
      );
      return rows.map(({ owner: _, day, at, ...counts }) => ({ day, at, counts }));
    },

    async funnel(owner, { from, until }) {
      const isAsked = (table: typeof d | typeof c): SQL | undefined =>
        and(eq(table.owner, ownerKey(owner)), gte(table.day, from), lt(table.day, until));
      const numbersOf = (table: typeof d | typeof c): SQL =>
        sql.join(
          funnelCounts.map((name) => sql`${table[name]} as ${sql.identifier(name)}`),
          sql`, `,
        );
      const parts = [d, c].map((table) => sql`select ${numbersOf(table)} from ${table} where ${isAsked(table)}`);
      const sums = Object.fromEntries(funnelCounts.map((name) => [name, sql`coalesce(sum(${sql.identifier(name)}), 0)`.mapWith(Number)])) as Record<
        FunnelCount,
        SQL<number>
      >;
      const [row] = await engine.read((db) => db.select(sums).from(sql`(${sql.join(parts, sql` union all `)}) n`));
      return row ?? (Object.fromEntries(funnelCounts.map((name) => [name, 0])) as Record<FunnelCount, number>);
    },

    countEvent,

    recount: adoptionRecount(access),
    ...adoptionUpkeep(access),
  };
}

const nothing = Object.fromEntries(countNames.map((name) => [name, 0])) as Record<CountName, number>;
