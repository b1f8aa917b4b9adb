import { and, eq, getTableColumns, gt, isNull, lt, sql } from 'drizzle-orm';
import type { ChallengeRepository } from '../../domain/login/challenge.ts';
import { attemptsPerChallenge } from '../../domain/login/challenge.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';

/** Makes the repository of challenges. */
export function challengeRepository({ engine, tables: { challenges: c } }: Access): ChallengeRepository {
  const { consumedAt: _, ...columns } = getTableColumns(c);
  const hasAttempts = lt(c.attempts, attemptsPerChallenge);

  const find = statement('challenges.find', { tokenHash: c.tokenHash, now: c.expiresAt }, (db, $) =>
    db
      .select(columns)
      .from(c)
      .where(and(eq(c.tokenHash, $('tokenHash')), isNull(c.consumedAt), gt(c.expiresAt, $('now')), hasAttempts)),
  );
  const charge = statement('challenges.charge', { id: c.id, now: c.expiresAt }, (db, $) =>
    db
      .update(c)
      .set({ attempts: sql`${c.attempts} + 1` })
      .where(and(eq(c.id, $('id')), isNull(c.consumedAt), gt(c.expiresAt, $('now')), hasAttempts))
      .returning({ attempts: c.attempts }),
  );
  // The number of attempts is not checked here: the last attempt is counted before its code is checked, and the code may be correct.
  const consume = statement('challenges.consume', { id: c.id, consumedAt: c.consumedAt, now: c.expiresAt }, (db, $) =>
    db
      .update(c)
      .set({ consumedAt: $('consumedAt') })
      .where(and(eq(c.id, $('id')), isNull(c.consumedAt), gt(c.expiresAt, $('now'))))
      .returning({ id: c.id }),
  );

  return {
    async add(challenge) {
      await engine.run((db) => db.insert(c).values(challenge));
    },
    async find(tokenHash, now) {
      const [row] = await engine.read((db) => find(db, { tokenHash, now }));
      return row ?? null;
    },
    async charge(id, now) {
      const [row] = await engine.run((db) => charge(db, { id, now }));
      return row?.attempts ?? null;
    },
    async consume(id, now) {
      const consumed = await engine.run((db) => consume(db, { id, consumedAt: now, now }));
      return consumed.length === 1;
    },
    async endAllOf(userId, now) {
      await engine.run((db) =>
        db
          .update(c)
          .set({ consumedAt: now })
          .where(and(eq(c.userId, userId), isNull(c.consumedAt))),
      );
    },
  };
}
