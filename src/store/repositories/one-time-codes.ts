import { and, eq, gt, isNotNull, lte } from 'drizzle-orm';
import type { OneTimeCodeRepository } from '../../domain/authenticator/one-time-code.ts';
import { statement } from '../statement.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';

/** Makes the repository of one-time codes. There is one row for each owner and strategy, and a used code is deleted. */
export function oneTimeCodeRepository(access: Access): OneTimeCodeRepository {
  const { engine, tables } = access;
  const { oneTimeCodes: o } = tables;
  const { countAbandoned, countBegunUnless } = createAdoptionCounting(access);
  const enrollments = { from: o, tenantId: o.enrollmentTenantId, createdAt: o.createdAt };
  const find = statement('one_time_codes.find', { tokenHash: o.tokenHash, owner: o.owner, strategy: o.strategy }, (db, $) =>
    db
      .select()
      .from(o)
      .where(and(eq(o.tokenHash, $('tokenHash')), eq(o.owner, $('owner')), eq(o.strategy, $('strategy')))),
  );
  const consume = statement('one_time_codes.consume', { id: o.id }, (db, $) =>
    db
      .delete(o)
      .where(eq(o.id, $('id')))
      .returning({ id: o.id }),
  );

  return {
    async replace(code) {
      const { owner, strategy, ...others } = code;
      const { enrollmentTenantId: tenantId, createdAt: now } = code;
      if (tenantId !== null) {
        const earlier = and(eq(o.owner, owner), eq(o.strategy, strategy), isNotNull(o.enrollmentTenantId));
        await countAbandoned(enrollments, and(earlier, lte(o.expiresAt, now)));
        await countBegunUnless({ tenantId, began: now }, enrollments, and(earlier, gt(o.expiresAt, now)));
      }
      await engine.send((db) =>
        db
          .insert(o)
          .values(code)
          .onConflictDoUpdate({ target: [o.owner, o.strategy], set: others }),
      );
    },
    async find(tokenHash, owner, strategy) {
      const [row] = await engine.read((db) => find(db, { tokenHash, owner, strategy }));
      return row ?? null;
    },
    async consume(id) {
      const consumed = await engine.run((db) => consume(db, { id }));
      return consumed.length === 1;
    },
    async endAllOf(userId) {
      await engine.send((db) => db.delete(o).where(eq(o.userId, userId)));
    },
  };
}
