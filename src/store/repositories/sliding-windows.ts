import type { Column } from 'drizzle-orm';
import { and, eq, gt, inArray, like, lt, lte, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { Charge, Exhausted, SlidingWindowRepository } from '../../domain/limits/sliding-window.ts';
import { chargesPerWindow, consecutiveCap, guessSpacing } from '../../domain/limits/sliding-window.ts';
import { statement } from '../statement.ts';
import type { Tables } from '../tables.ts';
import type { Access } from './context.ts';

/** A time before every window, for charges that were not made yet. */
const never = new Date(0);
/** A time after every charge. */
const ever = new Date('9999-12-31T00:00:00Z');
/** Most consecutive charges for each kind of cap. Without a cap it is the largest value of the column. */
const ends = { CONSECUTIVE_CAP: consecutiveCap, NO_CAP: 2_147_483_647 };

/** Makes the repository of sliding windows. */
export function slidingWindowRepository({ engine, tables: { slidingWindows: b } }: Access): SlidingWindowRepository {
  // The five times shift by one place only if the oldest is outside the window. Parallel charges run one after the other
  // on the row and each sees the result of the one before, so that no more than five succeed.
  const parameters = { key: b.key, never: b.t1, now: b.t5, windowStart: b.t1, gapStart: b.t5, end: b.consecutive, endsAt: b.endsAt };
  const take = statement('sliding_windows.charge', parameters, (db, $) =>
    db
      .insert(b)
      .values({ key: $('key'), t1: $('never'), t2: $('never'), t3: $('never'), t4: $('never'), t5: $('now'), consecutive: 1, endsAt: $('endsAt') })
      .onConflictDoUpdate({
        target: b.key,
        set: {
          t1: sql`${b.t2}`,
          t2: sql`${b.t3}`,
          t3: sql`${b.t4}`,
          t4: sql`${b.t5}`,
          t5: $('now'),
          consecutive: sql`${b.consecutive} + 1`,
          endsAt: $('endsAt'),
        },
        setWhere: sql`${lte(b.t1, $('windowStart'))} and ${lte(b.t5, $('gapStart'))} and ${lt(b.consecutive, $('end'))}`,
      })
      .returning(),
  );
  const find = statement('sliding_windows.find', { key: b.key }, (db, $) =>
    db
      .select()
      .from(b)
      .where(eq(b.key, $('key'))),
  );
  const giveBack = statement('sliding_windows.give_back', { key: b.key, never: b.t1 }, (db, $) =>
    db
      .update(b)
      .set({ t1: $('never'), t2: sql`${b.t1}`, t3: sql`${b.t2}`, t4: sql`${b.t3}`, t5: sql`${b.t4}`, consecutive: sql`${b.consecutive} - 1` })
      .where(and(eq(b.key, $('key')), gt(b.consecutive, 0)))
      .returning({ key: b.key }),
  );
  const reset = statement('sliding_windows.reset', { key: b.key }, (db, $) =>
    db
      .delete(b)
      .where(eq(b.key, $('key')))
      .returning({ key: b.key }),
  );

  /**
   * Moves charges that were made in the future, by a clock that ran ahead, to now. They stay charged, so that no guess is given back,
   * and are free again after one window and not only when time has caught up.
   */
  const heal = async (key: string, now: Date): Promise<void> => {
    const newest = newestPossible(now);
    const past = (time: Column) => sql`case when ${gt(time, newest)} then ${sql.param(now, time)} else ${time} end`;
    await engine.run((db) =>
      db
        .update(b)
        .set({ t1: past(b.t1), t2: past(b.t2), t3: past(b.t3), t4: past(b.t4), t5: past(b.t5) })
        .where(eq(b.key, key)),
    );
  };

  const repository: SlidingWindowRepository = {
    async charge(key, now, cap, spacing = guessSpacing): Promise<Charge> {
      const end = ends[cap];
      const [windowMilliseconds, gapMilliseconds] = [spacing.windowSeconds * 1000, spacing.gapSeconds * 1000];
      const windowStart = new Date(now.getTime() - windowMilliseconds);
      // Without a gap the last charge must not count, even if the clock was set back since then.
      const gapStart = gapMilliseconds === 0 ? ever : new Date(now.getTime() - gapMilliseconds);
      // A row with a cap counts until it is reset, however long that takes.
      const endsAt = cap === 'CONSECUTIVE_CAP' ? ever : new Date(now.getTime() + windowMilliseconds + gapMilliseconds);
      const [taken] = await engine.run((db) => take(db, { key, never, now, windowStart, gapStart, end, endsAt }));
      if (taken !== undefined) return { allowed: true, remaining: remaining(taken, windowStart, end) };
      const [row] = await engine.read((db) => find(db, { key }));
      // The row was reset after the charge was refused, so the charge is free again.
      if (row === undefined) return repository.charge(key, now, cap, spacing);
      if (row.consecutive >= end) return { allowed: false, freeAt: null };
      if (row.t1 > now || row.t5 > now) await heal(key, now);
      return { allowed: false, freeAt: new Date(Math.max(since(row.t1, now) + windowMilliseconds, since(row.t5, now) + gapMilliseconds)) };
    },
    async exhausted(keys, now) {
      if (keys.length === 0) return [];
      const windowMilliseconds = guessSpacing.windowSeconds * 1000;
      const windowStart = new Date(now.getTime() - windowMilliseconds);
      const rows = await engine.read((db) =>
        db
          .select({ key: b.key, t1: b.t1, consecutive: b.consecutive })
          .from(b)
          .where(inArray(b.key, [...keys])),
      );
      return rows.flatMap(({ key, t1, consecutive }): Exhausted[] => {
        if (consecutive >= consecutiveCap) return [{ key, freeAt: null }];
        return t1 > windowStart ? [{ key, freeAt: new Date(since(t1, now) + windowMilliseconds) }] : [];
      });
    },
    async capped() {
      // The number is written into the SQL, because a partial index serves no parameter.
      const reached = sql`${b.consecutive} >= ${sql.raw(String(consecutiveCap))}`;
      const rows = await engine.read((db) =>
        db
          .select({ key: b.key })
          .from(b)
          .where(and(reached, like(b.key, 'check:%'))),
      );
      return rows.map(({ key }) => key);
    },
    async giveBack(key) {
      await engine.send((db) => giveBack(db, { key, never }));
    },
    async reset(key) {
      await engine.send((db) => reset(db, { key }));
    },
  };
  return repository;
}

/** Returns the time of a charge. One that was made in the future, by a clock that ran ahead, counts as made now. */
const since = (charge: Date, now: Date): number => Math.min(charge.getTime(), now.getTime());

/** Returns how many more charges are free now: the fewer of those left in the window and those left below the cap. */
function remaining({ t1, t2, t3, t4, t5, consecutive }: Tables['slidingWindows']['$inferSelect'], windowStart: Date, end: number): number {
  const inWindow = [t1, t2, t3, t4, t5].filter((instant) => instant > windowStart).length;
  return Math.min(chargesPerWindow - inWindow, end - consecutive);
}
