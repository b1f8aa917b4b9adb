import { sql } from 'drizzle-orm';
import { consecutiveCap } from '../../domain/limits/sliding-window.ts';
import type { Kit } from '../kit.ts';

/** Defines the tables of sliding windows, called `budgets`, of fixed windows, called `quotas`, and of wrong guesses. */
export const defineLimits = (k: Kit) => {
  // The times of the last five charges are columns, oldest first. One comparison then checks the window and one statement moves it.
  const slidingWindows = k.table(
    'budgets',
    {
      key: k.id(),
      t1: k.instant().notNull(),
      t2: k.instant().notNull(),
      t3: k.instant().notNull(),
      t4: k.instant().notNull(),
      t5: k.instant().notNull(),
      consecutive: k.integer().notNull(),
      // When the row decides nothing any more. Rows of earlier releases that never end have none.
      endsAt: k.instant(),
    },
    (t) => [
      k.index('budgets_by_end').on(t.endsAt),
      k
        .index('budgets_capped')
        .on(t.consecutive)
        .where(sql`${t.consecutive} >= ${sql.raw(String(consecutiveCap))}`),
    ],
  );

  // A fixed window opens with the first use and counts the uses. It serves limits that are too large for five columns.
  const fixedWindows = k.table('quotas', { key: k.id(), openedAt: k.instant().notNull(), used: k.integer().notNull() }, (t) => [
    k.index('quotas_by_opening').on(t.openedAt),
  ]);

  const guesses = k.table(
    'guesses',
    {
      account: k.string().notNull(),
      client: k.string().notNull(),
      failures: k.integer().notNull(),
      freeAt: k.instant().notNull(),
      lastAt: k.instant().notNull(),
      knownAt: k.instant(),
    },
    (t) => [k.primaryKey({ columns: [t.account, t.client] }), k.index('guesses_by_time').on(t.lastAt)],
  );

  return { slidingWindows, fixedWindows, guesses };
};
