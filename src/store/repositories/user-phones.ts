import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, getTableColumns, inArray, ne } from 'drizzle-orm';
import type { UserPhoneQuery, UserPhoneRepository } from '../../domain/directory/user-phone.ts';
import type { Db } from '../db.ts';
import type { Access } from './context.ts';

/** Makes the repository of the phone numbers that users log in by. */
export function userPhoneRepository({ engine, tables: { userPhones: p, users: u, memberships: m } }: Access): UserPhoneRepository {
  const order = { userId: p.userId, phoneNumber: p.phoneNumber };

  /** Runs what takes a number for a user, unless another user has verified it. */
  const taking = (userId: string, phoneNumber: string, take: () => Promise<boolean>): Promise<boolean> =>
    engine.transact({ subject: `phone:${phoneNumber}` }, async () => {
      const holders = await engine.read((db) =>
        db
          .select({ id: p.id })
          .from(p)
          .where(and(eq(p.phoneNumber, phoneNumber), eq(p.verified, true), ne(p.userId, userId))),
      );
      return holders.length === 0 && take();
    });

  const membersOf = (db: Db, tenantId: string, acceptedOnly: boolean) =>
    db
      .select({ id: m.userId })
      .from(m)
      .where(and(eq(m.tenantId, tenantId), acceptedOnly ? eq(m.pending, false) : undefined));

  const conditionOf = (db: Db, { tenantId, visibleOnly, phoneNumber, userIds }: Partial<UserPhoneQuery>): SQL | undefined =>
    and(
      visibleOnly ? eq(u.invisible, false) : undefined,
      tenantId === undefined ? undefined : inArray(p.userId, membersOf(db, tenantId, visibleOnly === true)),
      phoneNumber === undefined ? undefined : eq(p.phoneNumber, phoneNumber),
      userIds === undefined ? undefined : inArray(p.userId, [...userIds]),
    );

  return {
    add: (phone) =>
      taking(phone.userId, phone.phoneNumber, async () => {
        const added = await engine.run((db) => db.insert(p).values(phone).onConflictDoNothing().returning({ id: p.id }));
        return added.length === 1;
      }),
    async findVerified(phoneNumber) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(p)
          .where(and(eq(p.phoneNumber, phoneNumber), eq(p.verified, true))),
      );
      return row ?? null;
    },
    ofUsers: async (userIds) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(p)
              .where(inArray(p.userId, [...userIds]))
              .orderBy(asc(p.createdAt), asc(p.id)),
          ),
    async verify(userId, id, now) {
      const [phone] = await engine.read((db) =>
        db
          .select({ phoneNumber: p.phoneNumber })
          .from(p)
          .where(and(eq(p.id, id), eq(p.userId, userId))),
      );
      if (phone === undefined) return false;
      return taking(userId, phone.phoneNumber, async () => {
        const verified = await engine.run((db) =>
          db
            .update(p)
            .set({ verified: true, updatedAt: now })
            .where(and(eq(p.id, id), eq(p.userId, userId)))
            .returning({ id: p.id }),
        );
        return verified.length === 1;
      });
    },
    async remove(userId, id) {
      const removed = await engine.run((db) =>
        db
          .delete(p)
          .where(and(eq(p.id, id), eq(p.userId, userId)))
          .returning({ id: p.id }),
      );
      return removed.length === 1;
    },
    async search({ sortBy, descending, offset, limit, ...conditions }) {
      const direction = descending ? desc : asc;
      const items = await engine.read((db) =>
        db
          .select(getTableColumns(p))
          .from(p)
          .innerJoin(u, eq(u.id, p.userId))
          .where(conditionOf(db, conditions))
          .orderBy(direction(order[sortBy]), asc(p.id))
          .limit(limit)
          .offset(offset),
      );
      const [row] = await engine.read((db) =>
        db.select({ number: count() }).from(p).innerJoin(u, eq(u.id, p.userId)).where(conditionOf(db, conditions)),
      );
      return { items, total: row?.number ?? 0 };
    },
  };
}
