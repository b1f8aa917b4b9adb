import type { Column, SQL } from 'drizzle-orm';
import {
  and,
  asc,
  count,
  desc,
  eq,
  exists,
  getTableColumns,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  not,
  notExists,
  notInArray,
  or,
  sql,
} from 'drizzle-orm';
import type { UserFilter, UserListKey, UserPlace, UserRepository, UserSortKey } from '../../domain/directory/user.ts';
import { oldestUserFirst } from '../../domain/directory/user.ts';
import type { Cursor } from '../../domain/page.ts';
import { weakStrategies } from '../../domain/strategy-name.ts';
import type { Db } from '../db.ts';
import { epoch } from '../kit.ts';
import { lastLoginPlace } from '../tables/directory.ts';
import { beginning, containing } from './containing.ts';
import type { Access } from './context.ts';
import { heldRoles } from './held-roles.ts';
import { keysetIn, toPage } from './keyset.ts';

/** So many users are found and sorted at once. Beyond that, a list walks through all users in its order until its page is full. */
const fewUsers = 1000;

/** Makes the part of the repository of users that finds many of them. */
export function userLists({ engine, tables }: Access): Pick<UserRepository, 'list' | 'search' | 'count' | 'visibleMembers' | 'countMembers'> {
  /**
   * A flag that most users have alike. SQLite does not know how many do: by the index of such a column it would find nearly all of them, and
   * sort them. The plus sign keeps it from that.
   */
  const common = (column: Column, value: boolean): SQL =>
    sql`${engine.dialect === 'sqlite' ? sql`+${column}` : column} = ${sql.param(value, column)}`;

  const { users: u, usernames: n, memberships: m, authenticators: a } = tables;
  const { holdings } = heldRoles({ tables });

  const membersOf = (db: Db, tenantId: string) => db.select({ id: m.userId }).from(m).where(eq(m.tenantId, tenantId)).$dynamic();
  /** Users who hold the role of the filter, or with `userId` those of them who have this id. */
  const holdersOf = (db: Db, { roleId = '', tenantId }: UserFilter, userId?: Column) => {
    const holders = holdings((columns) =>
      sql.join(
        [
          eq(columns.roleId, roleId),
          ...(tenantId === undefined ? [] : [eq(columns.tenantId, tenantId)]),
          ...(userId === undefined ? [] : [eq(columns.userId, userId)]),
        ],
        sql` and `,
      ),
    );
    return db
      .select({ id: sql<string>`held.user_id`.as('id') })
      .from(sql`${holders} as held`)
      .$dynamic();
  };

  /** Tells whether a query has few rows. It reads no more of them than it has to. */
  const hasFew = async (rows: (db: Db) => ReturnType<typeof membersOf | typeof holdersOf>): Promise<boolean> => {
    const [row] = await engine.read((db) =>
      db.select({ number: count() }).from(
        rows(db)
          .limit(fewUsers + 1)
          .as('some'),
      ),
    );
    return (row?.number ?? 0) <= fewUsers;
  };

  /** Returns the condition that finds the users of a small tenant, or the holders of a rare role, before they are sorted. */
  const narrowing = async (filter: UserFilter): Promise<(db: Db) => SQL | undefined> => {
    const { ids, externalIds, emailNormalized, roleId, tenantId } = filter;
    // These find users by an index of their own.
    if (ids !== undefined || externalIds !== undefined || emailNormalized !== undefined) return () => undefined;
    if (roleId !== undefined && (await hasFew((db) => holdersOf(db, filter)))) return (db) => inArray(u.id, holdersOf(db, filter));
    if (tenantId !== undefined && (await hasFew((db) => membersOf(db, tenantId)))) return (db) => inArray(u.id, membersOf(db, tenantId));
    return () => undefined;
  };

  const inNameOrAddress = (text: string): SQL | undefined => or(containing(u.emailNormalized, text), containing(u.name, text));

  /** Returns the conditions on the authenticators of a user. */
  const factorsOf = (db: Db, { mfaEnrolled, onlyWeakFactors }: UserFilter): SQL | undefined => {
    const enrolled = (which?: SQL) =>
      db
        .select({ id: a.id })
        .from(a)
        .where(and(eq(a.userId, u.id), which));
    const onlyWeak = sql`(${exists(enrolled())} and ${notExists(enrolled(notInArray(a.strategy, [...weakStrategies])))})`;
    return and(
      mfaEnrolled === undefined ? undefined : mfaEnrolled ? exists(enrolled()) : notExists(enrolled()),
      onlyWeakFactors === undefined ? undefined : onlyWeakFactors ? onlyWeak : not(onlyWeak),
    );
  };

  /** Returns the conditions of a filter but for the membership, which is joined. */
  const conditionOf = (db: Db, filter: UserFilter): SQL | undefined => {
    const { ids, externalIds, emailNormalized, emailPrefix, namePrefix, phonePrefix, usernamePrefix, asMember, roleId } = filter;
    const { verified, locked, loggedIn, lastLoginBefore, lastLoginFrom } = filter;
    const hidden = and(
      externalIds === undefined ? undefined : inArray(u.externalId, [...externalIds]),
      phonePrefix === undefined ? undefined : beginning(u.phoneNumber, phonePrefix),
      usernamePrefix === undefined
        ? undefined
        : inArray(u.id, db.select({ id: n.userId }).from(n).where(beginning(n.usernameFolded, usernamePrefix))),
      factorsOf(db, filter),
    );
    return and(
      hidden,
      hidden !== undefined && asMember === true ? eq(m.pending, false) : undefined,
      asMember === true ? common(u.invisible, false) : undefined,
      ids === undefined ? undefined : inArray(u.id, [...ids]),
      emailNormalized === undefined ? undefined : eq(u.emailNormalized, emailNormalized),
      emailPrefix === undefined ? undefined : beginning(u.emailNormalized, emailPrefix),
      namePrefix === undefined ? undefined : beginning(u.name, namePrefix),
      ...(filter.containing ?? []).map(inNameOrAddress),
      filter.containingAny === undefined ? undefined : or(...filter.containingAny.map(inNameOrAddress)),
      ...(filter.excluding ?? []).flatMap((text) => [not(containing(u.emailNormalized, text)), not(containing(u.name, text))]),
      roleId === undefined ? undefined : exists(holdersOf(db, filter, u.id)),
      verified === undefined ? undefined : common(u.verified, verified),
      // Few users are locked at a time, so the index finds these, and these alone.
      locked === undefined ? undefined : locked ? eq(u.locked, true) : common(u.locked, false),
      loggedIn === undefined ? undefined : loggedIn ? isNotNull(u.lastLoginAt) : isNull(u.lastLoginAt),
      lastLoginBefore === undefined ? undefined : lt(u.lastLoginAt, lastLoginBefore),
      lastLoginFrom === undefined ? undefined : gte(u.lastLoginAt, lastLoginFrom),
    );
  };

  const lastLogin = lastLoginPlace(u.lastLoginAt, epoch[engine.dialect]);

  /** What each order compares. There is an index for each, in these words. */
  const orders: Readonly<Record<UserSortKey, readonly SQL[]>> = {
    createdAt: [sql`${u.createdAt}`, sql`${u.id}`],
    name: [sql`lower(${u.name})`, sql`${u.id}`],
    email: [sql`${u.emailNormalized}`],
    lastLoginAt: [lastLogin, sql`${u.id}`],
    id: [sql`${u.id}`],
    verified: [sql`${u.verified}`, sql`${u.id}`],
    locked: [sql`${u.locked}`, sql`${u.id}`],
    activeTenantId: [sql`${u.activeTenantId}`, sql`${u.id}`],
  };
  /** Returns what the order compares with, at the place of a cursor. */
  const places: Readonly<Record<UserListKey, (cursor: Cursor<UserPlace>) => readonly SQL[]>> = {
    createdAt: ({ at, id }) => [sql`${sql.param(at, u.createdAt)}`, sql`${id}`],
    name: ({ at, id }) => [sql`lower(${at})`, sql`${id}`],
    email: ({ at }) => [sql`${at}`],
    lastLoginAt: ({ at, id }) => [at === null ? epoch[engine.dialect] : sql`${sql.param(at, u.lastLoginAt)}`, sql`${id}`],
  };

  /**
   * Begins the query for the users of a filter. SQLite reads the tables of a cross join in the order in which they stand, so it cannot
   * begin with the members of a large tenant and sort them all.
   */
  const found = (db: Db, filter: UserFilter, ...conditions: (SQL | undefined)[]) => {
    const users = db.select(getTableColumns(u)).from(u).$dynamic();
    const { tenantId } = filter;
    if (tenantId === undefined) return users.where(and(conditionOf(db, filter), ...conditions));
    return users.crossJoin(m).where(and(eq(m.userId, u.id), eq(m.tenantId, tenantId), conditionOf(db, filter), ...conditions));
  };

  const counted = async (filter: UserFilter): Promise<number> => {
    const { tenantId } = filter;
    const [row] = await engine.read((db) => {
      const condition = conditionOf(db, filter);
      if (tenantId === undefined) return db.select({ number: count() }).from(u).where(condition);
      const members = db.select({ number: count() }).from(m).$dynamic();
      return (condition === undefined ? members : members.innerJoin(u, eq(u.id, m.userId))).where(and(eq(m.tenantId, tenantId), condition));
    });
    return row?.number ?? 0;
  };

  return {
    async list(filter, page, sort = oldestUserFirst) {
      const { where, orderBy, limit } = keysetIn({ by: orders[sort.by], at: places[sort.by] }, page, sort.descending);
      const narrow = await narrowing(filter);
      const rows = await engine.read((db) =>
        found(db, filter, narrow(db), where)
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async search({ filter, sort, offset, limit }) {
      const narrow = await narrowing(filter);
      const items = await engine.read((db) =>
        found(db, filter, narrow(db))
          .orderBy(...orders[sort.by].map(sort.descending ? desc : asc))
          .limit(limit)
          .offset(offset),
      );
      return { items, total: await counted(filter) };
    },
    count: counted,
    visibleMembers: async (tenantId, userIds) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select({ userId: m.userId, pending: m.pending })
              .from(m)
              .innerJoin(u, eq(u.id, m.userId))
              .where(and(inArray(m.userId, [...userIds]), eq(m.tenantId, tenantId), eq(u.invisible, false))),
          ),
    async countMembers(tenantId, since) {
      const [row] = await engine.read((db) =>
        db
          .select({
            all: count(),
            joined: sql<number>`count(*) filter (where ${gte(m.createdAt, since)})`.mapWith(Number),
            superUsers: sql<number>`count(*) filter (where ${eq(u.superUser, true)})`.mapWith(Number),
          })
          .from(m)
          .innerJoin(u, eq(u.id, m.userId))
          .where(and(eq(m.tenantId, tenantId), eq(u.invisible, false))),
      );
      return row ?? { all: 0, joined: 0, superUsers: 0 };
    },
  };
}
