import { and, eq, getTableColumns, gt, isNull, lt, lte, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { ChallengeRepository } from '../../domain/login/challenge.ts';
import { attemptsPerChallenge } from '../../domain/login/challenge.ts';
import { insertion, statement } from '../statement.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';
import { livingSessions } from './living-sessions.ts';

/** Makes the repository of challenges. */
export function challengeRepository(access: Access): ChallengeRepository {
  const { engine, tables } = access;
  const { challenges: c, users: u, sessions: s } = tables;
  const { countEvent } = createAdoptionCounting(access);
  const { isLiving } = livingSessions(access);
  const { consumedAt: _, ...columns } = getTableColumns(c);
  const hasAttempts = lt(c.attempts, attemptsPerChallenge);

  const find = statement('challenges.find', { tokenHash: c.tokenHash, now: c.expiresAt, newest: c.createdAt }, (db, $) =>
    db
      .select({ challenge: columns, user: getTableColumns(u), livingSession: s.id })
      .from(c)
      .innerJoin(u, eq(u.id, c.userId))
      .leftJoin(s, and(eq(s.id, c.sessionId), isLiving($('now'), $('newest'))))
      .where(and(eq(c.tokenHash, $('tokenHash')), isNull(c.consumedAt), gt(c.expiresAt, $('now')), lte(c.createdAt, $('newest')), hasAttempts)),
  );
  const charge = statement('challenges.charge', { id: c.id, now: c.expiresAt }, (db, $) =>
    db
      .update(c)
      .set({ attempts: sql`${c.attempts} + 1` })
      .where(and(eq(c.id, $('id')), isNull(c.consumedAt), gt(c.expiresAt, $('now')), hasAttempts))
      .returning({ attempts: c.attempts }),
  );
  const giveBack = statement('challenges.give_back', { id: c.id }, (db, $) =>
    db
      .update(c)
      .set({ attempts: sql`${c.attempts} - 1` })
      .where(and(eq(c.id, $('id')), gt(c.attempts, 0)))
      .returning({ id: c.id }),
  );
  // The number of attempts is not checked here: the last attempt is counted before its code is checked, and the code may be correct.
  const consume = statement('challenges.consume', { id: c.id, consumedAt: c.consumedAt, now: c.expiresAt }, (db, $) =>
    db
      .update(c)
      .set({ consumedAt: $('consumedAt') })
      .where(and(eq(c.id, $('id')), isNull(c.consumedAt), gt(c.expiresAt, $('now'))))
      .returning({ tenantId: c.tenantId, began: c.createdAt }),
  );

  const insert = insertion('challenges.add', c);

  return {
    async add(challenge) {
      await engine.send((db) => insert(db, { ...challenge, consumedAt: null }));
      await countEvent({ tenantId: challenge.tenantId, began: challenge.createdAt, as: 'challenged' });
    },
    async find(tokenHash, now) {
      const [row] = await engine.read((db) => find(db, { tokenHash, now, newest: newestPossible(now) }));
      if (row === undefined) return null;
      const { challenge, user, livingSession } = row;
      return { challenge, user, sessionEnded: challenge.sessionId !== null && livingSession === null };
    },
    async charge(id, now) {
      const [row] = await engine.run((db) => charge(db, { id, now }));
      return row?.attempts ?? null;
    },
    async giveBack(id) {
      await engine.send((db) => giveBack(db, { id }));
    },
    async consume(id, now) {
      const [consumed] = await engine.run((db) => consume(db, { id, consumedAt: now, now }));
      if (consumed !== undefined) await countEvent({ ...consumed, as: 'succeeded' });
      return consumed !== undefined;
    },
    async endAllOf(userId, now) {
      await engine.send((db) =>
        db
          .update(c)
          .set({ consumedAt: now })
          .where(and(eq(c.userId, userId), isNull(c.consumedAt))),
      );
    },
    async endAllIn(tenantId, userId, now) {
      await engine.send((db) =>
        db
          .update(c)
          .set({ consumedAt: now })
          .where(and(eq(c.tenantId, tenantId), userId === null ? undefined : eq(c.userId, userId), isNull(c.consumedAt))),
      );
    },
  };
}
