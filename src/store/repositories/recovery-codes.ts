import { asc, count, eq, inArray } from 'drizzle-orm';
import type { RecoveryCodeRepository } from '../../domain/recovery/recovery-code.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of recovery codes. */
export function recoveryCodeRepository({ engine, tables: { recoveryCodes: r } }: Access): RecoveryCodeRepository {
  const spend = statement('recovery_codes.spend', { id: r.id }, (db, $) =>
    db
      .delete(r)
      .where(eq(r.id, $('id')))
      .returning({ id: r.id }),
  );

  return {
    async add(code) {
      await engine.run((db) => db.insert(r).values(code));
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
    async spend(id) {
      const spent = await engine.run((db) => spend(db, { id }));
      return spent.length === 1;
    },
    replaceAll: (userId, codes) =>
      engine.transact({ user: userId }, async () => {
        await engine.send((db) => db.delete(r).where(eq(r.userId, userId)));
        if (codes.length > 0) await engine.send((db) => db.insert(r).values([...codes]));
      }),
    async endAllOf(userId) {
      await engine.send((db) => db.delete(r).where(eq(r.userId, userId)));
    },
  };
}
