import type { SQL } from 'drizzle-orm';
import { and, asc, count, eq, getTableColumns, gt, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { MfaExemptionRepository } from '../../domain/policy/exemption.ts';
import { createAdoptionCounting } from './adoption-counting.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';
import { ownerKey } from './owner-key.ts';

/**
 * Makes the repository of exemptions. The row of the user repeats when the last of them ends, so that a login of somebody who has none reads
 * no more than the user.
 */
export function mfaExemptionRepository(access: Access): MfaExemptionRepository {
  const { engine, tables } = access;
  const { mfaExemptions: x, users: u } = tables;
  const { counting } = createAdoptionCounting(access);
  const { owner: _, ...columns } = getTableColumns(x);
  const lasts = (now: Date): SQL | undefined => and(isNull(x.endedAt), gt(x.until, now));
  const ofOwner = (tenantId: string | null): SQL | undefined => (tenantId === null ? undefined : eq(x.owner, ownerKey(tenantId)));

  /** Repeats in the row of the user when the last exemption ends. */
  const repeat = (where: SQL | undefined): Promise<void> =>
    engine.send((db) =>
      db
        .update(u)
        .set({ exemptUntil: sql`(select max(${x.until}) from ${x} where ${x.userId} = ${u.id} and ${x.endedAt} is null)` })
        .where(where),
    );

  return {
    add: (exemption) =>
      counting(exemption.userId, async () => {
        const key = ownerKey(exemption.tenantId);
        const [ended] = await Promise.all([
          engine.run((db) =>
            db
              .update(x)
              .set({ endedAt: exemption.createdAt })
              .where(and(eq(x.userId, exemption.userId), eq(x.owner, key), isNull(x.endedAt)))
              .returning({ id: x.id }),
          ),
          engine.send((db) => db.insert(x).values({ ...exemption, owner: key })),
          repeat(eq(u.id, exemption.userId)),
        ]);
        return ended.length > 0;
      }),
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(x)
              .where(inArray(x.id, [...ids])),
          ),
    lasting: async (userIds, now) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(x)
              .where(and(inArray(x.userId, [...userIds]), lasts(now)))
              .orderBy(asc(x.createdAt), asc(x.id)),
          ),
    async list(tenantId, page, now) {
      const { where, orderBy, limit } = keyset({ createdAt: x.until, id: x.id }, page);
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(x)
          .where(and(ofOwner(tenantId), lasts(now), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(tenantId, now) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: count() })
          .from(x)
          .where(and(ofOwner(tenantId), lasts(now))),
      );
      return row?.number ?? 0;
    },
    async end({ id, userId }, now) {
      const ended = await counting(userId, async () => {
        const [rows] = await Promise.all([
          engine.run((db) =>
            db
              .update(x)
              .set({ endedAt: now })
              .where(and(eq(x.id, id), isNull(x.endedAt)))
              .returning({ id: x.id }),
          ),
          repeat(eq(u.id, userId)),
        ]);
        return rows;
      });
      return ended.length === 1;
    },
    expired: (now, limit) =>
      engine.read((db) =>
        db
          .select(columns)
          .from(x)
          .where(and(isNull(x.endedAt), lte(x.until, now)))
          .orderBy(asc(x.until), asc(x.id))
          .limit(limit),
      ),
    async removeAllOfTenant(tenantId) {
      const key = ownerKey(tenantId);
      const exempt = await engine.read((db) =>
        db
          .select({ id: x.id, userId: x.userId })
          .from(x)
          .where(and(eq(x.owner, key), isNull(x.endedAt))),
      );
      for (const { id, userId } of exempt) await counting(userId, () => removeOne(id, userId));
      await engine.send((db) => db.delete(x).where(eq(x.owner, key)));
    },
  };

  async function removeOne(id: string, userId: string): Promise<void> {
    await Promise.all([engine.send((db) => db.delete(x).where(eq(x.id, id))), repeat(eq(u.id, userId))]);
  }
}
