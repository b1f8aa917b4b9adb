import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { EnrollmentRepository } from '../../domain/authenticator/pending-enrollment.ts';
import { newestPossible } from '../../domain/bounds.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';

/** Makes the repository of pending enrollments. */
export function enrollmentRepository(access: Access): EnrollmentRepository {
  const { engine, tables } = access;
  const { pendingEnrollments: e } = tables;
  const { countAbandoned, countEvent } = createAdoptionCounting(access);
  const repository: EnrollmentRepository = {
    async keep(pending, now) {
      const { owner, strategy, ...others } = pending;
      await countAbandoned(
        { from: e, tenantId: e.tenantId, createdAt: e.createdAt },
        and(eq(e.owner, owner), eq(e.strategy, strategy), lte(e.expiresAt, now)),
      );
      const [kept] = await engine.run((db) =>
        db
          .insert(e)
          .values(pending)
          .onConflictDoUpdate({
            target: [e.owner, e.strategy],
            set: others,
            setWhere: sql`(${lte(e.expiresAt, now)} or ${gt(e.createdAt, newestPossible(now))})`,
          })
          .returning(),
      );
      if (kept !== undefined && pending.tenantId !== null) await countEvent({ tenantId: pending.tenantId, began: now, as: 'enrollmentsBegun' });
      // Nothing was returned, so an unexpired one exists. If it is consumed before it can be read, the place is free again.
      return kept ?? (await repository.find(owner, strategy, now)) ?? repository.keep(pending, now);
    },
    async find(owner, strategy, now) {
      const [row] = await engine.read((db) =>
        db
          .select()
          .from(e)
          .where(and(eq(e.owner, owner), eq(e.strategy, strategy), gt(e.expiresAt, now), lte(e.createdAt, newestPossible(now)))),
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
  };
  return repository;
}
