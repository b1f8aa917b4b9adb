import { eq, lt, lte, sql } from 'drizzle-orm';
import type { PasswordFailureRepository } from '../../domain/lockout/password-failures.ts';
import { longestCheckSeconds } from '../../domain/lockout/password-failures.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of consecutive wrong passwords. */
export function passwordFailureRepository({ engine, tables: { passwordFailures: f } }: Access): PasswordFailureRepository {
  const charge = statement('password_failures.charge', { userId: f.userId, limit: f.count, now: f.lastAt, over: f.lastAt }, (db, $) =>
    db
      .insert(f)
      .values({ userId: $('userId'), count: 1, lastAt: $('now') })
      .onConflictDoUpdate({
        target: f.userId,
        set: { count: sql`${f.count} + 1`, lastAt: $('now') },
        setWhere: sql`(${lt(f.count, $('limit'))} or ${lte(f.lastAt, $('over'))})`,
      })
      .returning({ count: f.count }),
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
      const [row] = await engine.run((db) => charge(db, { userId, limit, now, over }));
      return row?.count ?? null;
    },
    async clear(userId) {
      await engine.send((db) => clear(db, { userId }));
    },
  };
}
