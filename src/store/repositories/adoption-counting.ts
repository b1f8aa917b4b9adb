import type { Column, SQL } from 'drizzle-orm';
import { and, eq, getTableColumns, inArray, isNotNull, sql } from 'drizzle-orm';
import type { AnySQLiteTable } from 'drizzle-orm/sqlite-core';
import type { FunnelCount, FunnelEvent, UserCount } from '../../domain/insight/adoption.ts';
import { dayOf, funnelCounts, strategyCounts, userCounts } from '../../domain/insight/adoption.ts';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { strategyNames, weakStrategies, webAuthnStrategies } from '../../domain/strategy-name.ts';
import type { Db } from '../db.ts';
import { epoch, newId } from '../kit.ts';
import { statement } from '../statement.ts';
import { lastLoginPlace } from '../tables/directory.ts';
import type { Access } from './context.ts';
import { ownerKey } from './owner-key.ts';

/** A number that stands for strategies: one bit for each. */
const bitsOf = (strategies: readonly StrategyName[]): number =>
  strategies.reduce((bits, strategy) => bits | (1 << strategyNames.indexOf(strategy)), 0);

/** What is in the row of one person. `strategies` are bits, the others are 0 or 1. */
const has = (bits: number): SQL => sql`case when (p.strategies & ${sql.raw(String(bits))}) <> 0 then 1 else 0 end`;

/** How a person counts, by the row that `peopleIn` makes. This is the one definition of the counts, for every change and for the full count. */
const countsAs: Readonly<Record<UserCount, SQL>> = {
  users: sql`1`,
  enrolled: sql`case when p.strategies <> 0 then 1 else 0 end`,
  phishingResistant: has(bitsOf(webAuthnStrategies)),
  onlyWeak: sql`case when p.strategies <> 0 and (p.strategies & ${sql.raw(String(bitsOf(strategyNames) & ~bitsOf(weakStrategies)))}) = 0 then 1 else 0 end`,
  recoveryReady: sql`p.recovery_ready`,
  exempt: sql`p.exempt`,
  locked: sql`p.locked`,
  ...(Object.fromEntries(strategyNames.map((strategy) => [strategyCounts[strategy], has(bitsOf([strategy]))])) as Record<
    (typeof strategyCounts)[StrategyName],
    SQL
  >),
};

/** A table of enrollments that were begun, with the columns by which they count. */
export interface EnrollmentTable {
  from: AnySQLiteTable;
  tenantId: Column;
  createdAt: Column;
}

/** Conditions on the users and the memberships of the people to count. Null counts nobody. */
interface Counted {
  inEnvironment: SQL | null;
  inTenants: SQL | null;
  /** Tells by the id of a user whether the user can be one of them. */
  among(userId: Column): SQL;
}

/**
 * Makes what counts changes of users. A change is counted by what the person counted as before and after it, so nobody has to know which
 * counts it moves. Everything that changes users, memberships, authenticators or recovery codes runs inside `counting`.
 */
export function createAdoptionCounting({ engine, tables }: Access) {
  const { users: u, memberships: m, authenticators: a, recoveryCodes: r, adoptionChanges: c } = tables;

  /** The beginning of the day (UTC) of a time. */
  const dayIn = (time: SQL): SQL => (engine.dialect === 'sqlite' ? sql`(${time} - ${time} % 86400000)` : sql`date_trunc('day', ${time}, 'UTC')`);
  const asNumber = (flag: Column): SQL => sql`case when ${flag} then 1 else 0 end`;
  const bit = (strategy: StrategyName): SQL => sql`max(case ${a.strategy} when ${sql.raw(`'${strategy}' then ${bitsOf([strategy])}`)} else 0 end)`;
  const person = (
    owner: SQL,
  ): SQL => sql`select ${owner} as owner, ${dayIn(lastLoginPlace(u.lastLoginAt, epoch[engine.dialect]))} as day, coalesce(f.strategies, 0) as strategies,
    case when r.user_id is null then 0 else 1 end as recovery_ready, case when ${u.mfaBypass} or ${u.exemptUntil} is not null then 1 else 0 end as exempt, ${asNumber(u.locked)} as locked`;
  const joined = sql`left join f on f.user_id = ${u.id} left join r on r.user_id = ${u.id}`;

  /**
   * A table `p` with a row for each person in each place where the person counts. An expired membership counts until the cleanup has ended
   * it, because no statement is run at the moment at which it expires. What the people have is put together before they are counted:
   * otherwise both databases would look it up once for each count that is made of it.
   */
  const peopleIn = ({ inEnvironment, inTenants, among }: Counted): SQL => {
    const isOpen = and(eq(m.pending, false), eq(m.disabled, false));
    const factors = sql`select ${a.userId} as user_id, ${sql.join(strategyNames.map(bit), sql` + `)} as strategies from ${a} where ${among(a.userId)} group by ${a.userId}`;
    const ready = sql`select distinct ${r.userId} as user_id from ${r} where ${among(r.userId)}`;
    const environment = inEnvironment && sql`${person(sql`'${sql.raw(ownerKey(null))}'`)} from ${u} ${joined} where ${inEnvironment}`;
    const tenants =
      inTenants &&
      sql`${person(sql`'tenant:' || ${m.tenantId}`)} from ${m} inner join ${u} on ${u.id} = ${m.userId} ${joined} where ${and(inTenants, isOpen)}`;
    const people = sql.join(
      [environment, tenants].filter((part) => part !== null),
      sql` union all `,
    );
    return sql`(with f as (${factors}), r as (${ready}), people as materialized (${people}) select * from people) p`;
  };

  /** The values of a row of changes, in the order of its columns. Those that are not given are 0. */
  const valuesOf = (given: Partial<Record<UserCount | FunnelCount | 'owner' | 'day', SQL>>): SQL =>
    sql.join(
      Object.keys(getTableColumns(c)).map((key) => (key === 'id' ? newId[engine.dialect] : (given[key as UserCount] ?? sql`0`))),
      sql`, `,
    );
  const sums = (sign: string): Record<UserCount, SQL> =>
    Object.fromEntries(userCounts.map((name) => [name, sql`${sql.raw(sign)}sum(${countsAs[name]})`])) as Record<UserCount, SQL>;

  /** Counts the people away, or counts them, as they are at this moment. */
  const count = (db: Db, sign: '-' | '+', who: Counted) =>
    db.insert(c).select(sql`select ${valuesOf({ owner: sql`owner`, day: sql`day`, ...sums(sign) })} from ${peopleIn(who)} group by owner, day`);
  const one = (id: SQL): Counted => ({ inEnvironment: eq(u.id, id), inTenants: eq(m.userId, id), among: (userId) => eq(userId, id) });
  const members = (tenantIds: readonly string[]): Counted => ({
    inEnvironment: null,
    inTenants: inArray(m.tenantId, [...tenantIds]),
    among: (userId) => sql`${userId} in (select ${m.userId} from ${m} where ${inArray(m.tenantId, [...tenantIds])})`,
  });
  const subtract = statement('adoption.subtract', { id: u.id }, (db, $) => count(db, '-', one($('id'))));
  const add = statement('adoption.add', { id: u.id }, (db, $) => count(db, '+', one($('id'))));

  // Moves a person from the day of the last login to this one. On most logins the days are the same, and nothing is written.
  const move = statement('adoption.move', { id: u.id, day: u.lastLoginAt }, (db, $) => {
    const day = sql`cast(${$('day')} as timestamptz)`;
    const times = (value: SQL): SQL => sql`sign * (${value})`;
    const values = {
      owner: sql`owner`,
      day: sql`case when sign < 0 then day else ${day} end`,
      users: times(sql`1`),
      enrolled: times(countsAs.enrolled),
    };
    const both = sql`(select -1 as sign union all select 1 as sign) s`;
    return db.insert(c).select(sql`select ${valuesOf(values)} from ${peopleIn(one($('id')))} cross join ${both} where p.day <> ${day}`);
  });

  type Counts = (db: Db, values: { owner: string; day: Date }) => PromiseLike<unknown>;
  const funnel = Object.fromEntries(
    funnelCounts.map((name): [FunnelCount, Counts] => [
      name,
      statement(`adoption.${name}`, { owner: c.owner, day: c.day }, (db, $) =>
        db.insert(c).values([
          { owner: $('owner'), day: $('day'), [name]: 1 },
          { owner: ownerKey(null), day: $('day'), [name]: 1 },
        ]),
      ),
    ]),
  ) as Record<FunnelCount, Counts>;

  /** Two rows: one is for the environment, the other for a tenant. */
  const two = sql`(select 1 as n union all select 2 as n) s`;
  const ownerIn = (tenantId: SQL | Column): SQL => sql`case when s.n = 1 then '${sql.raw(ownerKey(null))}' else 'tenant:' || ${tenantId} end`;

  return {
    /** The people of these owners, as `peopleIn` returns them, for a full count. */
    peopleOf: (owners: readonly SettingsOwner[]): SQL => {
      const tenantIds = owners.filter((owner) => owner !== null);
      const inTenants = tenantIds.length === 0 ? null : inArray(m.tenantId, tenantIds);
      return peopleIn(owners.includes(null) ? { inEnvironment: sql`true`, inTenants, among: () => sql`true` } : members(tenantIds));
    },
    countsAs,

    /**
     * Runs statements that change what the user counts as, and counts the change. `write` starts them before it waits for any, so that no
     * other change of the person comes between. Nobody else changes the person meanwhile.
     */
    counting: <T>(userId: string, write: () => Promise<T>): Promise<T> =>
      engine.transact({ user: userId }, async () => {
        const [, written] = await Promise.all([
          engine.send((db) => subtract(db, { id: userId })),
          write(),
          engine.send((db) => add(db, { id: userId })),
        ]);
        return written;
      }),

    /** Counts a user who has just been created. Runs in the caller's transaction. */
    countNew: (userId: string): Promise<void> => engine.send((db) => add(db, { id: userId })),

    /** Counts a login, before it is recorded. Runs in the caller's transaction, which has the user to itself. */
    countLogin: (userId: string, now: Date): Promise<void> => engine.send((db) => move(db, { id: userId, day: dayOf(now) })),

    /** Counts the members of these tenants away, or counts them. Runs in the caller's transaction, which has all settings to itself. */
    countMembers: (sign: '-' | '+', tenantIds: readonly string[]): Promise<void> => engine.send((db) => count(db, sign, members(tenantIds))),

    /**
     * Counts the rows of a table as enrollments that were abandoned. It is for those that expired and are about to be replaced. Runs in the
     * caller's transaction.
     */
    countAbandoned: ({ from, tenantId, createdAt }: EnrollmentTable, where: SQL | undefined): Promise<void> =>
      engine.send((db) => {
        const values = { owner: ownerIn(tenantId), day: dayIn(sql`${createdAt}`), enrollmentsAbandoned: sql`1` };
        return db.insert(c).select(sql`select ${valuesOf(values)} from ${from} cross join ${two} where ${and(isNotNull(tenantId), where)}`);
      }),

    /** Counts an enrollment that begins, unless there are rows of this kind. Runs in the caller's transaction. */
    countBegunUnless: (
      { tenantId, began }: Omit<FunnelEvent, 'as'>,
      { from }: Pick<EnrollmentTable, 'from'>,
      where: SQL | undefined,
    ): Promise<void> =>
      engine.send((db) => {
        const day = sql`cast(${sql.param(dayOf(began), c.day)} as timestamptz)`;
        const values = { owner: ownerIn(sql`cast(${tenantId} as text)`), day, enrollmentsBegun: sql`1` };
        return db.insert(c).select(sql`select ${valuesOf(values)} from ${two} where not exists (select 1 from ${from} where ${where})`);
      }),

    /** Counts what became of many challenges or enrollments. Runs in the caller's transaction. */
    async countEvents(events: readonly FunnelEvent[]): Promise<void> {
      const rows = new Map<string, { owner: string; day: Date } & Partial<Record<FunnelCount, number>>>();
      for (const { tenantId, began, as } of events) {
        for (const owner of [ownerKey(null), ownerKey(tenantId)]) {
          const key = `${dayOf(began).getTime()} ${owner}`;
          const row = rows.get(key) ?? { owner, day: dayOf(began) };
          rows.set(key, { ...row, [as]: (row[as] ?? 0) + 1 });
        }
      }
      if (rows.size > 0) await engine.send((db) => db.insert(c).values([...rows.values()]));
    },

    /** Counts something that happened in a login or an enrollment, in its tenant and in the environment. Runs in the caller's transaction. */
    countEvent: ({ tenantId, began, as }: FunnelEvent): Promise<void> =>
      engine.send((db) => funnel[as](db, { owner: ownerKey(tenantId), day: dayOf(began) })),
  };
}
