import { and, eq, ne, sql } from 'drizzle-orm';
import type { Db } from '../db.ts';
import type { Access } from './context.ts';

/** An address, and the user who wants it. */
interface Wanted {
  userId: string;
  emailNormalized: string;
}

/**
 * Makes what takes addresses. Addresses are in two tables, which no index can compare, so whoever takes one has it alone until the end
 * of the transaction: of two that take it at once, the second sees what the first wrote.
 */
export function createTaking({ engine, tables: { users: u, userEmails: e } }: Access) {
  /** Runs work that takes an address if nobody else has. */
  const alone = (emailNormalized: string, work: () => Promise<boolean>): Promise<boolean> =>
    engine.transact({ subject: `email:${emailNormalized}` }, work);

  /** Selects the other users who have taken an address: whose primary one it is, or who verified it. */
  const others = (db: Db, { userId, emailNormalized }: Wanted) =>
    db
      .select({ userId: u.id })
      .from(u)
      .where(and(eq(u.emailNormalized, emailNormalized), ne(u.id, userId)))
      .unionAll(
        db
          .select({ userId: e.userId })
          .from(e)
          .where(and(eq(e.emailNormalized, emailNormalized), sql`${e.verified}`, ne(e.userId, userId))),
      );

  return {
    alone,
    others,
    /** Runs what takes an address for a user, unless another user has taken it. */
    taking: (wanted: Wanted, take: () => Promise<boolean>): Promise<boolean> =>
      alone(wanted.emailNormalized, async () => {
        const taken = await engine.read((db) => others(db, wanted));
        return taken.length === 0 && take();
      }),
  };
}
