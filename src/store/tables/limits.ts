import type { Kit } from '../kit.ts';

/** How often something was tried or sent. */
export const defineLimits = (k: Kit) => {
  /** The last five charges, oldest first, as columns: the sliding window is then one comparison, and one statement moves it. */
  const budgets = k.table('budgets', {
    key: k.id(),
    t1: k.instant().notNull(),
    t2: k.instant().notNull(),
    t3: k.instant().notNull(),
    t4: k.instant().notNull(),
    t5: k.instant().notNull(),
    consecutive: k.integer().notNull(),
  });

  /** What may be done so many times in a window that opens with the first time; for counts too large for `budgets`. */
  const quotas = k.table('quotas', { key: k.id(), openedAt: k.instant().notNull(), used: k.integer().notNull() }, (t) => [
    k.index('quotas_by_opening').on(t.openedAt),
  ]);

  return { budgets, quotas };
};
