import { and, eq, gt, lt, lte, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { PasswordFailureRepository } from '../../domain/lockout/password-failures.ts';
import { longestCheckSeconds } from '../../domain/lockout/password-failures.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of consecutive wrong passwords. */
export function passwordFailureRepository({ engine, tables: { passwordFailures: f } }: Access): PasswordFailureRepository {
  const charge = statement(
    'password_failures.charge',
    { userId: f.userId, limit: f.count, now: f.lastAt, over: f.lastAt, newest: f.lastAt },
    (db, $) =>
      db
        .insert(f)
        .values({ userId: $('userId'), count: 1, lastAt: $('now') })
        .onConflictDoUpdate({
          target: f.userId,
          set: { count: sql`${f.count} + 1`, lastAt: $('now') },
          setWhere: sql`(${lt(f.count, $('limit'))} or ${lte(f.lastAt, $('over'))} or ${gt(f.lastAt, $('newest'))})`,
        })
        .returning({ count: f.count }),
  );
  const giveBack = statement('password_failures.give_back', { userId: f.userId }, (db, $) =>
    db
      .update(f)
      .set({ count: sql`${f.count} - 1` })
      .where(and(eq(f.userId, $('userId')), gt(f.count, 0)))
      .returning({ userId: f.userId }),
  );
  const clear = statement('password_failures.clear', { userId: f.userId }, (db, $) =>
    db
      .delete(f)
      .where(eq(f.userId, $('userId')))
      .returning({ userId: f.userId }),
  );

  return {
    async charge(userId, limit, now) {
      const over = new Date(now.getTime() - longestCheckSeconds * 1000);
      const [row] = await engine.run((db) => charge(db, { userId, limit, now, over, newest: newestPossible(now) }));
      return row?.count ?? null;
    },
    async giveBack(userId) {
      await engine.send((db) => giveBack(db, { userId }));
    },
    async clear(userId) {
      await engine.send((db) => clear(db, { userId }));
    },
  };
}
