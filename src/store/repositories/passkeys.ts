import { and, asc, eq, inArray, lt } from 'drizzle-orm';
import type { PasskeyRepository } from '../../domain/passkey/passkey.ts';
import type { Access } from './context.ts';

/** Makes the repository of passkeys. */
export function passkeyRepository({ engine, tables: { passkeys: p } }: Access): PasskeyRepository {
  const repository: PasskeyRepository = {
    async add(passkey) {
      const added = await engine.run((db) => db.insert(p).values(passkey).onConflictDoNothing({ target: p.credentialHash }).returning({ id: p.id }));
      return added.length === 1;
    },
    hasCredential: async (credentialHash) => (await repository.findByCredential(credentialHash)) !== null,
    async findByCredential(credentialHash) {
      const [row] = await engine.read((db) => db.select().from(p).where(eq(p.credentialHash, credentialHash)));
      return row ?? null;
    },
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(p)
              .where(inArray(p.id, [...ids])),
          ),
    ofUsers: async (userIds) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(p)
              .where(inArray(p.userId, [...userIds]))
              .orderBy(asc(p.createdAt), asc(p.id)),
          ),
    async advanceCounter(id, counter, now) {
      // Authenticators without a signature counter always report 0. One that has counted before must not report 0 again.
      const rises = counter > 0 ? lt(p.signCount, counter) : eq(p.signCount, 0);
      const advanced = await engine.run((db) =>
        db
          .update(p)
          .set({ signCount: counter, lastUsedAt: now })
          .where(and(eq(p.id, id), rises))
          .returning({ id: p.id }),
      );
      return advanced.length === 1;
    },
    async rename(id, userId, name) {
      const renamed = await engine.run((db) =>
        db
          .update(p)
          .set({ name })
          .where(and(eq(p.id, id), eq(p.userId, userId)))
          .returning({ id: p.id }),
      );
      return renamed.length === 1;
    },
    async remove(id, userId) {
      const removed = await engine.run((db) =>
        db
          .delete(p)
          .where(and(eq(p.id, id), eq(p.userId, userId)))
          .returning({ id: p.id }),
      );
      return removed.length === 1;
    },
    async endAllOf(userId) {
      const removed = await engine.run((db) => db.delete(p).where(eq(p.userId, userId)).returning({ id: p.id }));
      return removed.length;
    },
  };
  return repository;
}
