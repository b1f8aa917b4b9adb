import { asc, count, eq, inArray } from 'drizzle-orm';
import type { RecoveryCodeRepository } from '../../domain/recovery/recovery-code.ts';
import { statement } from '../statement.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';

/** Makes the repository of recovery codes. */
export function recoveryCodeRepository(access: Access): RecoveryCodeRepository {
  const { engine, tables } = access;
  const { recoveryCodes: r } = tables;
  const { counting } = createAdoptionCounting(access);
  const spend = statement('recovery_codes.spend', { id: r.id }, (db, $) =>
    db
      .delete(r)
      .where(eq(r.id, $('id')))
      .returning({ id: r.id }),
  );

  return {
    async add(code) {
      await counting(code.userId, () => engine.run((db) => db.insert(r).values(code)));
    },
    ofUser: (userId) => engine.read((db) => db.select().from(r).where(eq(r.userId, userId)).orderBy(asc(r.createdAt), asc(r.id))),
    async count(userIds) {
      if (userIds.length === 0) return [];
      const rows = await engine.read((db) =>
        db
          .select({ userId: r.userId, left: count() })
          .from(r)
          .where(inArray(r.userId, [...userIds]))
          .groupBy(r.userId),
      );
      return userIds.map((userId) => rows.find((row) => row.userId === userId)?.left ?? 0);
    },
    async spend({ id, userId }) {
      const spent = await counting(userId, () => engine.run((db) => spend(db, { id })));
      return spent.length === 1;
    },
    replaceAll: (userId, codes) =>
      counting(userId, async () => {
        // The second statement is sent in the same turn as the first.
        const removed = engine.send((db) => db.delete(r).where(eq(r.userId, userId)));
        if (codes.length > 0) await engine.send((db) => db.insert(r).values([...codes]));
        await removed;
      }),
    async endAllOf(userId) {
      await counting(userId, () => engine.send((db) => db.delete(r).where(eq(r.userId, userId))));
    },
  };
}
