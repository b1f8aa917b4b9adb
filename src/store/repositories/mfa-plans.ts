import { and, eq, gt, isNull, lte } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { MfaPlanRepository } from '../../domain/insight/plan.ts';
import type { Access } from './context.ts';

/** Makes the repository of plans. */
export const mfaPlanRepository = ({ engine, tables: { mfaPlans: p } }: Access): MfaPlanRepository => ({
  async add(plan) {
    await engine.send((db) => db.insert(p).values(plan));
  },
  async find(id) {
    const [row] = await engine.read((db) => db.select().from(p).where(eq(p.id, id)));
    return row ?? null;
  },
  async apply(id, now) {
    const applied = await engine.run((db) =>
      db
        .update(p)
        .set({ appliedAt: now })
        .where(and(eq(p.id, id), isNull(p.appliedAt), gt(p.expiresAt, now), lte(p.createdAt, newestPossible(now))))
        .returning({ id: p.id }),
    );
    return applied.length === 1;
  },
  async removeAllOfTenant(tenantId) {
    await engine.send((db) => db.delete(p).where(eq(p.tenantId, tenantId)));
  },
});
