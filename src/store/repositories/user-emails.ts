import type { Column, SQL } from 'drizzle-orm';
import { and, asc, eq, inArray, ne, notExists, sql } from 'drizzle-orm';
import type { UserEmailQuery, UserEmailRepository } from '../../domain/directory/user-email.ts';
import type { Db } from '../db.ts';
import type { Access } from './context.ts';
import { createTaking } from './taken-address.ts';

/** Makes the repository of the addresses that users have besides the primary ones. */
export function userEmailRepository(access: Access): UserEmailRepository {
  const { engine, tables } = access;
  const { users: u, userEmails: e, memberships: m } = tables;
  const { alone, others, taking } = createTaking(access);

  const membersOf = (db: Db, tenantId: string, acceptedOnly: boolean) =>
    db
      .select({ id: m.userId })
      .from(m)
      .where(and(eq(m.tenantId, tenantId), acceptedOnly ? eq(m.pending, false) : undefined));

  /** Selects the addresses that meet the conditions: the primary ones, and the others. */
  const selectAll = (
    db: Db,
    { tenantId, visibleOnly, emailNormalized, userIds }: Omit<UserEmailQuery, 'sortBy' | 'descending' | 'offset' | 'limit'>,
  ) => {
    const ofUser = and(
      visibleOnly ? eq(u.invisible, false) : undefined,
      userIds === undefined ? undefined : inArray(u.id, [...userIds]),
      tenantId === undefined ? undefined : inArray(u.id, membersOf(db, tenantId, visibleOnly === true)),
    );
    const having = (column: typeof u.emailNormalized | typeof e.emailNormalized): SQL | undefined =>
      and(ofUser, emailNormalized === undefined ? undefined : eq(column, emailNormalized));
    const isPrimary = (primary: boolean) =>
      sql
        .raw(primary ? '1' : '0')
        .mapWith(Boolean)
        .as('primary_one');
    return db
      .select({
        id: sql<string>`${u.id}`.as('address_id'),
        userId: sql<string>`${u.id}`.as('owner'),
        email: u.email,
        key: u.emailNormalized,
        verified: u.verified,
        createdAt: u.createdAt,
        updatedAt: u.updatedAt,
        primary: isPrimary(true),
      })
      .from(u)
      .where(having(u.emailNormalized))
      .unionAll(
        db
          .select({
            id: sql<string>`${e.id}`.as('address_id'),
            userId: sql<string>`${e.userId}`.as('owner'),
            email: e.email,
            key: e.emailNormalized,
            verified: e.verified,
            createdAt: e.createdAt,
            updatedAt: e.updatedAt,
            primary: isPrimary(false),
          })
          .from(e)
          .innerJoin(u, eq(u.id, e.userId))
          .where(having(e.emailNormalized)),
      );
  };

  return {
    // One statement that decides and acts, because a user must not learn by the time whether an address is taken.
    add: (email) =>
      alone(email.emailNormalized, async () => {
        const added = await engine.run((db) => {
          const owner = db
            .select({
              id: given(email.id, e.id, 'text'),
              userId: given(email.userId, e.userId, 'text'),
              email: given(email.email, e.email, 'text'),
              emailNormalized: given(email.emailNormalized, e.emailNormalized, 'text'),
              verified: given(email.verified, e.verified, 'boolean'),
              createdAt: given(email.createdAt, e.createdAt, 'timestamptz'),
              updatedAt: given(email.updatedAt, e.updatedAt, 'timestamptz'),
            })
            .from(u)
            .where(and(eq(u.id, email.userId), ne(u.emailNormalized, email.emailNormalized), notExists(others(db, email))));
          return db.insert(e).select(owner).onConflictDoNothing().returning({ id: e.id });
        });
        return added.length === 1;
      }),
    ofUsers: async (userIds) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(e)
              .where(inArray(e.userId, [...userIds]))
              .orderBy(asc(e.createdAt), asc(e.id)),
          ),
    verify: (userId, emailNormalized, now) =>
      taking({ userId, emailNormalized }, async () => {
        const verified = await engine.run((db) =>
          db
            .update(e)
            .set({ verified: true, updatedAt: now })
            .where(and(eq(e.userId, userId), eq(e.emailNormalized, emailNormalized)))
            .returning({ id: e.id }),
        );
        return verified.length === 1;
      }),
    async remove(userId, id) {
      const removed = await engine.run((db) =>
        db
          .delete(e)
          .where(and(eq(e.id, id), eq(e.userId, userId)))
          .returning({ id: e.id }),
      );
      return removed.length === 1;
    },
    async search({ sortBy, descending, offset, limit, ...conditions }) {
      const direction = descending ? sql`desc` : sql`asc`;
      const column = sortBy === 'email' ? sql`email_normalized` : sql`owner`;
      const items = await engine.read((db) =>
        selectAll(db, conditions).orderBy(sql`${column} ${direction}`, sql`address_id asc`).limit(limit).offset(offset),
      );
      const [row] = await engine.read((db) => {
        const all = selectAll(db, conditions).as('addresses');
        return db.select({ number: sql<number>`count(*)`.mapWith(Number) }).from(all);
      });
      return { items: items.map(({ key: _, ...item }) => item), total: row?.number ?? 0 };
    },
  };
}

/** Returns a value as a column of a selection. PostgreSQL needs the type, and SQLite takes it for a number or a text. */
const given = <T>(value: T, column: Column, type: 'text' | 'boolean' | 'timestamptz'): SQL.Aliased<T> =>
  sql<T>`cast(${sql.param(value, column)} as ${sql.raw(type)})`.as(column.name);
