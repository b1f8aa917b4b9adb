import type { Column, SQL } from 'drizzle-orm';
import { gt, inArray, sql } from 'drizzle-orm';
import type { AdoptionDifference, AdoptionRepository, UserCount } from '../../domain/insight/adoption.ts';
import { lastInactiveDay, userCounts } from '../../domain/insight/adoption.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';
import { ownerKey, ownerOf } from './owner-key.ts';

/** Recounts run one after the other, because two at once would mend the same difference twice. Nothing else waits for them. */
const recounting = { task: 'adoption recount' } as const;

/** How many changes one statement adds, because the number of its parameters is limited. */
const rowsAtOnce = 500;

/** The difference of each count between a full count and what was counted: of all users, and of those who logged in last on a day. */
interface Sums {
  owner: string;
  /** Null for the sums of all days. */
  day: Date | null;
  counted: Record<UserCount, number>;
  actual: Record<UserCount, number>;
}

/** Of a day only these are counted. */
const dayNames = ['users', 'enrolled'] as const satisfies readonly UserCount[];

/** Makes the comparison of the counts with a full count. */
export function adoptionRecount(access: Access): AdoptionRepository['recount'] {
  const { engine, tables } = access;
  const { adoptionTotals: t, adoptionDays: d, adoptionChanges: c } = tables;
  const { peopleOf, countsAs } = createAdoptionCounting(access);
  const never = new Date(0);

  const columns = (given: Partial<Record<UserCount, Column | SQL>>): SQL =>
    sql.join(
      userCounts.map((name) => sql`${given[name] ?? sql`0`} as ${sql.identifier(name)}`),
      sql`, `,
    );

  /** Reads a full count and what was counted, of all days and of those that still count as active. One statement sees one state of the database. */
  async function compare(owners: readonly SettingsOwner[], now: Date): Promise<Sums[]> {
    const keys = owners.map(ownerKey);
    const since = lastInactiveDay(now);
    const clipped = (day: SQL | Column): SQL => sql`case when ${day} > ${sql.param(since, c.day)} then ${day} else ${sql.param(never, c.day)} end`;
    const total = sql`cast(${sql.param(never, c.day)} as timestamptz)`;
    // Of a full count and of changes, each row is a part of the total and of a day. What was added up has rows for both.
    const parts = [
      sql`select 'ACTUAL' as kind, p.owner as owner, ${clipped(sql`p.day`)} as day, ${columns(countsAs)} from ${peopleOf(owners)}`,
      sql`select 'CHANGED', ${c.owner}, ${clipped(c.day)}, ${columns(c)} from ${c} where ${inArray(c.owner, keys)}`,
      sql`select 'TOTAL', ${t.owner}, ${total}, ${columns(t)} from ${t} where ${inArray(t.owner, keys)}`,
      sql`select 'DAY', ${d.owner}, ${d.day}, ${columns({ users: d.users, enrolled: d.enrolled })} from ${d} where ${inArray(d.owner, keys)} and ${gt(d.day, since)}`,
    ];
    const added = Object.fromEntries(userCounts.map((name) => [name, sql`sum(${sql.identifier(name)})`.mapWith(Number)])) as Record<
      UserCount,
      SQL<number>
    >;
    const rows = await engine.read((db) =>
      db
        .select({ kind: sql<string>`kind`, owner: sql<string>`owner`, day: sql`day`.mapWith(c.day), ...added })
        .from(sql`(${sql.join(parts, sql` union all `)}) n`)
        .groupBy(sql`kind`, sql`owner`, sql`day`),
    );
    const sums = new Map<string, Sums>();
    for (const { kind, owner, day, ...numbers } of rows) {
      const ofDay = day > never && kind !== 'TOTAL';
      for (const part of [kind === 'DAY' ? undefined : null, ofDay ? day : undefined]) {
        if (part === undefined) continue;
        const key = `${part?.getTime() ?? 'all'} ${owner}`;
        const sum = sums.get(key) ?? { owner, day: part, counted: { ...zero }, actual: { ...zero } };
        sums.set(key, sum);
        const side = kind === 'ACTUAL' ? sum.actual : sum.counted;
        for (const name of part === null ? userCounts : dayNames) side[name] += numbers[name];
      }
    }
    return [...sums.values()];
  }

  return (owners, now) =>
    owners.length === 0
      ? Promise.resolve([])
      : engine.transact(recounting, async () => {
          const sums = await compare(owners, now);
          const missing = ({ counted, actual }: Sums, name: UserCount): number => actual[name] - counted[name];
          const differences = sums.flatMap((sum) =>
            userCounts
              .filter((name) => missing(sum, name) !== 0)
              .map(
                (name): AdoptionDifference => ({
                  owner: ownerOf(sum.owner),
                  name,
                  day: sum.day,
                  counted: sum.counted[name],
                  actual: sum.actual[name],
                }),
              ),
          );
          // A change of a day is one of the total as well, so the change that mends the total takes those of the days away again.
          const mended = [...new Set(sums.map(({ owner }) => owner))].flatMap((owner) => {
            const own = sums.filter((sum) => sum.owner === owner);
            const days = own.filter((sum) => sum.day !== null);
            const rest = Object.fromEntries(
              userCounts.map((name) => [name, own.reduce((sum, each) => sum + (each.day === null ? missing(each, name) : -missing(each, name)), 0)]),
            );
            const ofDays = days.map((each) => ({
              owner,
              day: each.day ?? never,
              users: missing(each, 'users'),
              enrolled: missing(each, 'enrolled'),
            }));
            return [...ofDays, { owner, day: never, ...rest }];
          });
          const changes = mended.filter((change) => Object.values(change).some((value) => typeof value === 'number' && value !== 0));
          for (let from = 0; from < changes.length; from += rowsAtOnce) {
            await engine.send((db) => db.insert(c).values(changes.slice(from, from + rowsAtOnce)));
          }
          return differences;
        });
}

const zero = Object.fromEntries(userCounts.map((name) => [name, 0])) as Record<UserCount, number>;
