import { eq, lt, lte, sql } from 'drizzle-orm';
import type { FixedWindowRepository } from '../../domain/limits/fixed-window.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of fixed windows. */
export function fixedWindowRepository({ engine, tables: { fixedWindows: q } }: Access): FixedWindowRepository {
  const take = statement('fixed_windows.take', { key: q.key, now: q.openedAt, windowStart: q.openedAt, limit: q.used }, (db, $) => {
    const over = lte(q.openedAt, $('windowStart'));
    return db
      .insert(q)
      .values({ key: $('key'), openedAt: $('now'), used: 1 })
      .onConflictDoUpdate({
        target: q.key,
        set: {
          openedAt: sql`case when ${over} then ${$('now')} else ${q.openedAt} end`,
          used: sql`case when ${over} then 1 else ${q.used} + 1 end`,
        },
        setWhere: sql`${over} or ${lt(q.used, $('limit'))}`,
      })
      .returning({ key: q.key });
  });
  const find = statement('fixed_windows.find', { key: q.key }, (db, $) =>
    db
      .select()
      .from(q)
      .where(eq(q.key, $('key'))),
  );

  const repository: FixedWindowRepository = {
    async take(key, quota, now) {
      const windowMilliseconds = quota.windowSeconds * 1000;
      const windowStart = new Date(now.getTime() - windowMilliseconds);
      const taken = await engine.run((db) => take(db, { key, now, windowStart, limit: quota.limit }));
      if (taken.length === 1) return null;
      const [row] = await engine.read((db) => find(db, { key }));
      // The row was purged after the use was refused, so its window has ended.
      return row === undefined ? repository.take(key, quota, now) : new Date(row.openedAt.getTime() + windowMilliseconds);
    },
    async purge(before) {
      await engine.run((db) => db.delete(q).where(lt(q.openedAt, before)));
    },
  };
  return repository;
}
