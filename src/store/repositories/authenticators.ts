import { and, asc, eq, exists, getTableColumns, inArray, isNull, lt } from 'drizzle-orm';
import type { AuthenticatorRepository } from '../../domain/authenticator/authenticator.ts';
import { statement } from '../statement.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';

/** Makes the repository of authenticators. */
export function authenticatorRepository(access: Access): AuthenticatorRepository {
  const { engine, tables } = access;
  const { authenticators: a, challenges: c, users: u } = tables;
  const { counting } = createAdoptionCounting(access);
  const ofUser = statement('authenticators.of_user', { userId: a.userId }, (db, $) =>
    db
      .select()
      .from(a)
      .where(eq(a.userId, $('userId')))
      .orderBy(asc(a.createdAt), asc(a.id)),
  );
  const ofChallenge = statement('authenticators.of_challenge', { tokenHash: c.tokenHash }, (db, $) =>
    db
      .select(getTableColumns(a))
      .from(a)
      .innerJoin(c, eq(c.userId, a.userId))
      .where(eq(c.tokenHash, $('tokenHash')))
      .orderBy(asc(a.createdAt), asc(a.id)),
  );
  const advanceStep = statement('authenticators.advance_step', { id: a.id, step: a.highWaterMark, now: a.lastUsedAt }, (db, $) =>
    db
      .update(a)
      .set({ highWaterMark: $('step'), lastUsedAt: $('now') })
      .where(and(eq(a.id, $('id')), lt(a.highWaterMark, $('step'))))
      .returning({ id: a.id }),
  );
  // Authenticators without a signature counter always report 0. One that has counted before must not report 0 again.
  const touchUncounted = statement('authenticators.touch_uncounted', { id: a.id, now: a.lastUsedAt }, (db, $) =>
    db
      .update(a)
      .set({ lastUsedAt: $('now') })
      .where(and(eq(a.id, $('id')), eq(a.highWaterMark, 0)))
      .returning({ id: a.id }),
  );

  // Only after the authenticator was really added, and once: it is never forgotten that a person held a factor.
  const held = statement('users.held_factor', { userId: u.id, id: a.id, now: u.heldFactorAt }, (db, $) =>
    db
      .update(u)
      .set({ heldFactorAt: $('now') })
      .where(
        and(
          ...[eq(u.id, $('userId')), isNull(u.heldFactorAt)],
          exists(
            db
              .select({ id: a.id })
              .from(a)
              .where(eq(a.id, $('id'))),
          ),
        ),
      ),
  );

  return {
    async add(authenticator) {
      const added = await counting(authenticator.userId, async () => {
        const [rows] = await Promise.all([
          engine.run((db) => db.insert(a).values(authenticator).onConflictDoNothing({ target: a.identityHash }).returning({ id: a.id })),
          engine.send((db) => held(db, { userId: authenticator.userId, id: authenticator.id, now: authenticator.createdAt })),
        ]);
        return rows;
      });
      return added.length === 1;
    },
    async hasIdentity(identityHash) {
      const found = await engine.read((db) => db.select({ id: a.id }).from(a).where(eq(a.identityHash, identityHash)));
      return found.length > 0;
    },
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(a)
              .where(inArray(a.id, [...ids])),
          ),
    async ofUsers(userIds) {
      const [first, ...others] = userIds;
      if (first === undefined) return [];
      if (others.length === 0) return engine.read((db) => ofUser(db, { userId: first }));
      return engine.read((db) =>
        db
          .select()
          .from(a)
          .where(inArray(a.userId, [...userIds]))
          .orderBy(asc(a.createdAt), asc(a.id)),
      );
    },
    async enrolledAmong(userIds) {
      if (userIds.length === 0) return [];
      const rows = await engine.read((db) =>
        db
          .selectDistinct({ userId: a.userId })
          .from(a)
          .where(inArray(a.userId, [...userIds])),
      );
      return rows.map(({ userId }) => userId);
    },
    ofChallenge: (tokenHash) => engine.read((db) => ofChallenge(db, { tokenHash })),
    async endAllOf(userId) {
      const removed = await counting(userId, () => engine.run((db) => db.delete(a).where(eq(a.userId, userId)).returning({ strategy: a.strategy })));
      return removed.map(({ strategy }) => strategy);
    },
    async advanceStep(id, step, now) {
      const advanced = await engine.run((db) => advanceStep(db, { id, step, now }));
      return advanced.length === 1;
    },
    async advanceCounter(id, counter, now) {
      const advanced = await engine.run((db) => (counter > 0 ? advanceStep(db, { id, step: counter, now }) : touchUncounted(db, { id, now })));
      return advanced.length === 1;
    },
    async touch(id, now) {
      const touched = await engine.run((db) => db.update(a).set({ lastUsedAt: now }).where(eq(a.id, id)).returning({ id: a.id }));
      return touched.length === 1;
    },
    async rename(id, userId, name) {
      const renamed = await engine.run((db) =>
        db
          .update(a)
          .set({ name })
          .where(and(eq(a.id, id), eq(a.userId, userId)))
          .returning({ id: a.id }),
      );
      return renamed.length === 1;
    },
    async remove(id, userId) {
      const removed = await counting(userId, () =>
        engine.run((db) =>
          db
            .delete(a)
            .where(and(eq(a.id, id), eq(a.userId, userId)))
            .returning({ id: a.id }),
        ),
      );
      return removed.length === 1;
    },
  };
}
