import { eq, lt, lte, sql } from 'drizzle-orm';
import type { BudgetRepository, Charge } from '../../domain/budget/budget.ts';
import { chargesPerWindow, consecutiveCap, windowSeconds } from '../../domain/budget/budget.ts';
import { statement } from '../statement.ts';
import type { Tables } from '../tables.ts';
import type { Access } from './access.ts';

const windowMilliseconds = windowSeconds * 1000;
/** An instant no window reaches back to. */
const never = new Date(0);
/** How far the count of consecutive charges may go: without a cap as far as its column holds, some 12,000 years of charges. */
const ends = { CONSECUTIVE_CAP: consecutiveCap, NO_CAP: 2_147_483_647 };

export function budgetRepository({ engine, tables: { budgets: b } }: Access): BudgetRepository {
  /**
   * The five instants move up by one place if the oldest has left the window, and not at all otherwise: of 100 parallel
   * charges five find it so, because each sees what the one before it wrote.
   */
  const take = statement('budgets.charge', { key: b.key, never: b.t1, now: b.t5, windowStart: b.t1, end: b.consecutive }, (db, $) =>
    db
      .insert(b)
      .values({ key: $('key'), t1: $('never'), t2: $('never'), t3: $('never'), t4: $('never'), t5: $('now'), consecutive: 1 })
      .onConflictDoUpdate({
        target: b.key,
        set: { t1: sql`${b.t2}`, t2: sql`${b.t3}`, t3: sql`${b.t4}`, t4: sql`${b.t5}`, t5: $('now'), consecutive: sql`${b.consecutive} + 1` },
        setWhere: sql`${lte(b.t1, $('windowStart'))} and ${lt(b.consecutive, $('end'))}`,
      })
      .returning(),
  );
  const find = statement('budgets.find', { key: b.key }, (db, $) =>
    db
      .select()
      .from(b)
      .where(eq(b.key, $('key'))),
  );
  const reset = statement('budgets.reset', { key: b.key }, (db, $) =>
    db
      .delete(b)
      .where(eq(b.key, $('key')))
      .returning({ key: b.key }),
  );

  const repository: BudgetRepository = {
    async charge(key, now, cap): Promise<Charge> {
      const end = ends[cap];
      const windowStart = new Date(now.getTime() - windowMilliseconds);
      const [taken] = await engine.run((db) => take(db, { key, never, now, windowStart, end }));
      if (taken !== undefined) return { allowed: true, remaining: remaining(taken, windowStart, end) };
      const [row] = await engine.read((db) => find(db, { key }));
      // Reset since the refusal: the refusal holds no longer.
      if (row === undefined) return repository.charge(key, now, cap);
      return { allowed: false, freeAt: row.consecutive >= end ? null : new Date(row.t1.getTime() + windowMilliseconds) };
    },
    async reset(key) {
      await engine.run((db) => reset(db, { key }));
    },
  };
  return repository;
}

/** Zero at the cap as well, however many the window would allow. */
function remaining({ t1, t2, t3, t4, t5, consecutive }: Tables['budgets']['$inferSelect'], windowStart: Date, end: number): number {
  const inWindow = [t1, t2, t3, t4, t5].filter((instant) => instant > windowStart).length;
  return Math.min(chargesPerWindow - inWindow, end - consecutive);
}
