import { and, eq, ne, sql } from 'drizzle-orm';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/**
 * Makes the function that runs what takes an address for a user, unless another user has taken it. Addresses are in two tables, which
 * no index can compare, so the address is this transaction's alone: of two that take it at once, the second sees what the first wrote.
 */
export function createTaking({ engine, tables: { users: u, userEmails: e } }: Access) {
  const others = statement('addresses.taken', { email: u.emailNormalized, userId: u.id }, (db, $) =>
    db
      .select({ userId: u.id })
      .from(u)
      .where(and(eq(u.emailNormalized, $('email')), ne(u.id, $('userId'))))
      .unionAll(
        db
          .select({ userId: e.userId })
          .from(e)
          .where(and(eq(e.emailNormalized, $('email')), sql`${e.verified}`, ne(e.userId, $('userId')))),
      ),
  );
  return (emailNormalized: string, userId: string, take: () => Promise<boolean>): Promise<boolean> =>
    engine.transact({ subject: `email:${emailNormalized}` }, async () => {
      const taken = await engine.read((db) => others(db, { email: emailNormalized, userId }));
      return taken.length === 0 && take();
    });
}
