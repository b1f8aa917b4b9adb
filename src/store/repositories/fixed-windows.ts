import { eq, gt, lt, lte, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { FixedWindowRepository } from '../../domain/limits/fixed-window.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of fixed windows. */
export function fixedWindowRepository({ engine, tables: { fixedWindows: w } }: Access): FixedWindowRepository {
  const take = statement(
    'fixed_windows.take',
    { key: w.key, now: w.openedAt, windowStart: w.openedAt, newest: w.openedAt, limit: w.used },
    (db, $) => {
      // A window that opened in the future was opened by a clock that ran ahead, and would stay closed for too long.
      const over = sql`(${lte(w.openedAt, $('windowStart'))} or ${gt(w.openedAt, $('newest'))})`;
      return db
        .insert(w)
        .values({ key: $('key'), openedAt: $('now'), used: 1 })
        .onConflictDoUpdate({
          target: w.key,
          set: {
            openedAt: sql`case when ${over} then ${$('now')} else ${w.openedAt} end`,
            used: sql`case when ${over} then 1 else ${w.used} + 1 end`,
          },
          setWhere: sql`${over} or ${lt(w.used, $('limit'))}`,
        })
        .returning({ key: w.key });
    },
  );
  const find = statement('fixed_windows.find', { key: w.key }, (db, $) =>
    db
      .select()
      .from(w)
      .where(eq(w.key, $('key'))),
  );

  const repository: FixedWindowRepository = {
    async take(key, window, now) {
      const windowMilliseconds = window.windowSeconds * 1000;
      const windowStart = new Date(now.getTime() - windowMilliseconds);
      const taken = await engine.run((db) => take(db, { key, now, windowStart, newest: newestPossible(now), limit: window.limit }));
      if (taken.length === 1) return null;
      const [row] = await engine.read((db) => find(db, { key }));
      // The row was purged after the use was refused, so its window has ended.
      return row === undefined ? repository.take(key, window, now) : new Date(Math.min(row.openedAt.getTime(), now.getTime()) + windowMilliseconds);
    },
  };
  return repository;
}
