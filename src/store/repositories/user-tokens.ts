import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { UserTokenRepository } from '../../domain/account/user-token.ts';
import { attemptsPerToken } from '../../domain/account/user-token.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of single-use tokens. There is one row for each purpose and subject, and a used token is deleted. */
export function userTokenRepository({ engine, tables: { userTokens: t } }: Access): UserTokenRepository {
  const find = statement('user_tokens.find', { purpose: t.purpose, tokenHash: t.tokenHash }, (db, $) =>
    db
      .select()
      .from(t)
      .where(and(eq(t.purpose, $('purpose')), eq(t.tokenHash, $('tokenHash')))),
  );
  const charge = statement('user_tokens.charge', { id: t.id }, (db, $) =>
    db
      .update(t)
      .set({ attempts: sql`${t.attempts} + 1` })
      .where(and(eq(t.id, $('id')), lt(t.attempts, attemptsPerToken)))
      .returning({ attempts: t.attempts }),
  );
  // The number of attempts is not checked here: the last attempt is counted before its code is checked, and the code may be correct.
  const spend = statement('user_tokens.spend', { id: t.id, now: t.expiresAt }, (db, $) =>
    db
      .delete(t)
      .where(and(eq(t.id, $('id')), gt(t.expiresAt, $('now'))))
      .returning({ id: t.id }),
  );

  return {
    async replace(token) {
      const { purpose: _, subject: __, ...others } = token;
      await engine.send((db) =>
        db
          .insert(t)
          .values(token)
          .onConflictDoUpdate({ target: [t.subject, t.purpose], set: others }),
      );
    },
    async find(purpose, tokenHash) {
      const [row] = await engine.read((db) => find(db, { purpose, tokenHash }));
      return row ?? null;
    },
    async findOf(purpose, subject) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(t)
          .where(and(eq(t.purpose, purpose), eq(t.subject, subject))),
      );
      return row ?? null;
    },
    async charge(id) {
      const [row] = await engine.run((db) => charge(db, { id }));
      return row?.attempts ?? null;
    },
    async spend(id, now) {
      const spent = await engine.run((db) => spend(db, { id, now }));
      return spent.length === 1;
    },
    async endAllOf(userId) {
      await engine.send((db) => db.delete(t).where(eq(t.userId, userId)));
    },
  };
}
