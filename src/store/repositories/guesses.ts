import type { SQL } from 'drizzle-orm';
import { and, eq, gt, lte, or, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { GuessRepository } from '../../domain/limits/guesses.ts';
import { longestWaitSeconds, waitsSeconds } from '../../domain/limits/guesses.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

const later = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

/** Makes the repository of wrong guesses. */
export function guessRepository({ engine, tables: { guesses: g } }: Access): GuessRepository {
  /** Says the same as `waitsUntil`. */
  const isFree = (now: Date | SQL, newest: Date | SQL): SQL => sql`(${lte(g.freeAt, now)} or ${lte(g.freeAt, g.lastAt)} or ${gt(g.lastAt, newest)})`;

  // A login asks for three counters, everything else for one.
  const find = statement('guesses.find', { account: g.account, one: g.client, two: g.client, three: g.client }, (db, $) =>
    db
      .select()
      .from(g)
      .where(and(eq(g.account, $('account')), or(eq(g.client, $('one')), eq(g.client, $('two')), eq(g.client, $('three'))))),
  );
  const success = { account: g.account, client: g.client, now: g.lastAt, newest: g.lastAt };
  const recordSuccess = statement('guesses.record_success', success, (db, $) => {
    const ended = { failures: 0, freeAt: $('now'), lastAt: $('now'), knownAt: $('now') };
    return db
      .insert(g)
      .values({ account: $('account'), client: $('client'), ...ended })
      .onConflictDoUpdate({
        target: [g.account, g.client],
        set: ended,
        setWhere: isFree($('now'), $('newest')),
      })
      .returning({ failures: g.failures });
  });

  return {
    find: (account, [one, two = one, three = one]) => engine.read((db) => find(db, { account, one, two, three })),
    async chargeFailure(counter, freeFailures, now) {
      const failures = sql`${g.failures} + 1`;
      const at = (time: Date) => sql.param(time, g.freeAt);
      const steps = waitsSeconds.map((seconds, index) => sql`when ${failures} = ${freeFailures + index} then ${at(later(now, seconds))}`);
      const firstFreeAt = freeFailures > 1 ? now : later(now, waitsSeconds[0]);
      const charged = await engine.run((db) =>
        db
          .insert(g)
          .values({ ...counter, failures: 1, freeAt: firstFreeAt, lastAt: now })
          .onConflictDoUpdate({
            target: [g.account, g.client],
            set: {
              failures,
              lastAt: now,
              freeAt: sql`case when ${failures} < ${freeFailures} then ${at(now)} ${sql.join(steps, sql` `)} when ${failures} > ${freeFailures} then ${at(later(now, longestWaitSeconds))} else ${g.freeAt} end`,
            },
            setWhere: isFree(now, newestPossible(now)),
          })
          .returning({ failures: g.failures }),
      );
      return charged.length === 1;
    },
    async recordSuccess({ account, client }, now) {
      const recorded = await engine.run((db) => recordSuccess(db, { account, client, now, newest: newestPossible(now) }));
      return recorded.length === 1;
    },
    async forgive(account, now) {
      await engine.run((db) => db.update(g).set({ failures: 0, freeAt: now, lastAt: now }).where(eq(g.account, account)));
    },
  };
}
