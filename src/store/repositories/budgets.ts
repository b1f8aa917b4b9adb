import { eq, lt, lte, sql } from 'drizzle-orm';
import type { BudgetRepository, Charge } from '../../domain/limits/budget.ts';
import { chargesPerWindow, consecutiveCap, guessSpacing } from '../../domain/limits/budget.ts';
import { statement } from '../statement.ts';
import type { Tables } from '../tables.ts';
import type { Access } from './context.ts';

/** An instant no window reaches back to. */
const never = new Date(0);
/** An instant every charge lies before. */
const ever = new Date('9999-12-31T00:00:00Z');
/** How far the count of consecutive charges may go: without a cap as far as its column holds, some 12,000 years of charges. */
const ends = { CONSECUTIVE_CAP: consecutiveCap, NO_CAP: 2_147_483_647 };

export function budgetRepository({ engine, tables: { budgets: b } }: Access): BudgetRepository {
  /**
   * The five instants move up by one place if the oldest has left the window, and not at all otherwise: of 100 parallel
   * charges five find it so, because each sees what the one before it wrote.
   */
  const parameters = { key: b.key, never: b.t1, now: b.t5, windowStart: b.t1, gapStart: b.t5, end: b.consecutive };
  const take = statement('budgets.charge', parameters, (db, $) =>
    db
      .insert(b)
      .values({ key: $('key'), t1: $('never'), t2: $('never'), t3: $('never'), t4: $('never'), t5: $('now'), consecutive: 1 })
      .onConflictDoUpdate({
        target: b.key,
        set: { t1: sql`${b.t2}`, t2: sql`${b.t3}`, t3: sql`${b.t4}`, t4: sql`${b.t5}`, t5: $('now'), consecutive: sql`${b.consecutive} + 1` },
        setWhere: sql`${lte(b.t1, $('windowStart'))} and ${lte(b.t5, $('gapStart'))} and ${lt(b.consecutive, $('end'))}`,
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
    async charge(key, now, cap, pace = guessSpacing): Promise<Charge> {
      const end = ends[cap];
      const [windowMilliseconds, gapMilliseconds] = [pace.windowSeconds * 1000, pace.gapSeconds * 1000];
      const windowStart = new Date(now.getTime() - windowMilliseconds);
      // Without a gap a clock set back between two charges is the window's business alone.
      const gapStart = gapMilliseconds === 0 ? ever : new Date(now.getTime() - gapMilliseconds);
      const [taken] = await engine.run((db) => take(db, { key, never, now, windowStart, gapStart, end }));
      if (taken !== undefined) return { allowed: true, remaining: remaining(taken, windowStart, end) };
      const [row] = await engine.read((db) => find(db, { key }));
      // Reset since the refusal: the refusal holds no longer.
      if (row === undefined) return repository.charge(key, now, cap, pace);
      if (row.consecutive >= end) return { allowed: false, freeAt: null };
      return { allowed: false, freeAt: new Date(Math.max(row.t1.getTime() + windowMilliseconds, row.t5.getTime() + gapMilliseconds)) };
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
