import { and, eq, gt, lt, lte } from 'drizzle-orm';
import type { EnrollmentRepository } from '../../domain/authenticator/pending-enrollment.ts';
import type { Access } from './context.ts';

/** Makes the repository of pending enrollments. */
export function enrollmentRepository({ engine, tables: { pendingEnrollments: e } }: Access): EnrollmentRepository {
  const repository: EnrollmentRepository = {
    async keep(pending, now) {
      const { owner, strategy, ...others } = pending;
      const [kept] = await engine.run((db) =>
        db
          .insert(e)
          .values(pending)
          .onConflictDoUpdate({ target: [e.owner, e.strategy], set: others, setWhere: lte(e.expiresAt, now) })
          .returning(),
      );
      // Nothing was returned, so an unexpired one exists. If it is consumed before it can be read, the place is free again.
      return kept ?? (await repository.find(owner, strategy, now)) ?? repository.keep(pending, now);
    },
    async find(owner, strategy, now) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(e)
          .where(and(eq(e.owner, owner), eq(e.strategy, strategy), gt(e.expiresAt, now))),
      );
      return row ?? null;
    },
    async consume(id) {
      const consumed = await engine.run((db) => db.delete(e).where(eq(e.id, id)).returning({ id: e.id }));
      return consumed.length === 1;
    },
    async endAllOf(userId) {
      await engine.send((db) => db.delete(e).where(eq(e.userId, userId)));
    },
    async purge(before) {
      await engine.run((db) => db.delete(e).where(lt(e.expiresAt, before)));
    },
  };
  return repository;
}
