import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { UsernameQuery, UsernameRepository } from '../../domain/directory/username.ts';
import type { Db } from '../db.ts';
import { beginning } from './containing.ts';
import type { Access } from './context.ts';

/** Makes the repository of usernames. */
export function usernameRepository({ engine, tables: { usernames: n, users: u, memberships: m } }: Access): UsernameRepository {
  const order = { userId: n.userId, username: n.usernameFolded };

  const membersOf = (db: Db, tenantId: string, acceptedOnly: boolean) =>
    db
      .select({ id: m.userId })
      .from(m)
      .where(and(eq(m.tenantId, tenantId), acceptedOnly ? eq(m.pending, false) : undefined));

  const conditionOf = (db: Db, { tenantId, visibleOnly, prefix, userIds, usernames }: Partial<UsernameQuery>): SQL | undefined =>
    and(
      visibleOnly ? eq(u.invisible, false) : undefined,
      tenantId === undefined ? undefined : inArray(n.userId, membersOf(db, tenantId, visibleOnly === true)),
      prefix === undefined ? undefined : beginning(n.usernameFolded, prefix),
      userIds === undefined ? undefined : inArray(n.userId, [...userIds]),
      usernames === undefined ? undefined : inArray(n.usernameFolded, [...usernames]),
    );

  return {
    async set(username) {
      return engine.transact({ subject: `username:${username.usernameFolded}` }, async () => {
        const [holder] = await engine.read((db) => db.select({ userId: n.userId }).from(n).where(eq(n.usernameFolded, username.usernameFolded)));
        if (holder !== undefined && holder.userId !== username.userId) return false;
        await engine.send((db) => db.insert(n).values(username).onConflictDoUpdate({ target: n.userId, set: username }));
        return true;
      });
    },
    ofUsers: async (userIds) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(n)
              .where(inArray(n.userId, [...userIds])),
          ),
    async find(usernameFolded) {
      const [row] = await engine.read((db) => db.select().from(n).where(eq(n.usernameFolded, usernameFolded)));
      return row ?? null;
    },
    async remove(userId, usernameFolded) {
      const removed = await engine.run((db) =>
        db
          .delete(n)
          .where(and(eq(n.userId, userId), eq(n.usernameFolded, usernameFolded)))
          .returning({ userId: n.userId }),
      );
      return removed.length === 1;
    },
    async search({ sortBy, descending, offset, limit, ...conditions }) {
      const direction = descending ? desc : asc;
      const items = await engine.read((db) =>
        db
          .select(getTableColumns(n))
          .from(n)
          .innerJoin(u, eq(u.id, n.userId))
          .where(conditionOf(db, conditions))
          .orderBy(direction(order[sortBy]), asc(n.userId))
          .limit(limit)
          .offset(offset),
      );
      const [row] = await engine.read((db) =>
        db.select({ number: count() }).from(n).innerJoin(u, eq(u.id, n.userId)).where(conditionOf(db, conditions)),
      );
      return { items, total: row?.number ?? 0 };
    },
  };
}
