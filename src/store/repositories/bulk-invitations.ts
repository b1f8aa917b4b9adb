import { and, asc, count, eq, gt, inArray, isNotNull, isNull, lte, or, sql } from 'drizzle-orm';
import type { BulkInvitationEntry, BulkInvitationRepository } from '../../domain/account/bulk-invitation.ts';
import { newestPossible } from '../../domain/bounds.ts';
import type { Access } from './context.ts';

/** Entries that one statement adds. Each has seven parameters, and a statement of SQLite takes 32,766. */
const rowsAtOnce = 1_000;

/** Makes the repository of bulk invitations. */
export function bulkInvitationRepository({ engine, tables: { bulkInvitations: b, bulkInvitationEntries: e } }: Access): BulkInvitationRepository {
  const entryColumns = { id: e.id, bulkInvitationId: e.bulkInvitationId, number: e.number, sealed: e.sealed };

  /** Counts one more person, and ends the bulk invitation after the last one. */
  const countOne = async ({ bulkInvitationId }: BulkInvitationEntry, refused: 0 | 1, now: Date): Promise<void> => {
    await engine.send((db) =>
      db
        .update(b)
        .set({
          processed: sql`${b.processed} + 1`,
          refused: sql`${b.refused} + ${refused}`,
          finishedAt: sql`case when ${b.processed} + 1 >= ${b.total} then ${sql.param(now, b.finishedAt)} else ${b.finishedAt} end`,
        })
        .where(eq(b.id, bulkInvitationId)),
    );
  };

  return {
    async add({ id, tenantId, inviter, createdAt }, entries) {
      await engine.send((db) =>
        db.insert(b).values({ id, tenantId, inviter, total: entries.length, processed: 0, refused: 0, createdAt, finishedAt: null }),
      );
      for (let from = 0; from < entries.length; from += rowsAtOnce) {
        const rows = entries.slice(from, from + rowsAtOnce).map((entry) => ({ ...entry, attempts: 0, nextAttemptAt: createdAt, refusedAt: null }));
        await engine.send((db) => db.insert(e).values(rows));
      }
    },
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(b)
              .where(inArray(b.id, [...ids])),
          ),
    async countUnderWay(tenantId) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: count() })
          .from(b)
          .where(and(eq(b.tenantId, tenantId), isNull(b.finishedAt))),
      );
      return row?.number ?? 0;
    },
    refusedOf: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(entryColumns)
              .from(e)
              .where(and(inArray(e.bulkInvitationId, [...ids]), isNotNull(e.refusedAt)))
              .orderBy(asc(e.bulkInvitationId), asc(e.number)),
          ),
    async claimDue(now, leaseUntil, limit) {
      // A clock that ran ahead may have reserved an entry for longer than any lease takes.
      const inTheFuture = gt(e.nextAttemptAt, new Date(newestPossible(now).getTime() + leaseUntil.getTime() - now.getTime()));
      const due = or(lte(e.nextAttemptAt, now), inTheFuture);
      const claimed = await engine.run((db) =>
        db
          .update(e)
          .set({ nextAttemptAt: leaseUntil, attempts: sql`${e.attempts} + 1` })
          // `due` is checked twice: the inner one selects the rows, the outer one is evaluated again after waiting for another
          // process that claimed the same row.
          .where(
            and(
              inArray(
                e.id,
                db.select({ id: e.id }).from(e).where(due).orderBy(asc(e.nextAttemptAt), asc(e.bulkInvitationId), asc(e.number)).limit(limit),
              ),
              due,
            ),
          )
          .returning({ ...entryColumns, attempts: e.attempts }),
      );
      return claimed.sort((one, other) => one.number - other.number);
    },
    async settle(entry, now) {
      const removed = await engine.run((db) =>
        db
          .delete(e)
          .where(and(eq(e.id, entry.id), isNull(e.refusedAt)))
          .returning({ id: e.id }),
      );
      if (removed.length === 1) await countOne(entry, 0, now);
      return removed.length === 1;
    },
    async refuse(entry, refusal, now) {
      const refused = await engine.run((db) =>
        db
          .update(e)
          .set({ sealed: refusal, nextAttemptAt: null, refusedAt: now })
          .where(and(eq(e.id, entry.id), isNull(e.refusedAt)))
          .returning({ id: e.id }),
      );
      if (refused.length === 1) await countOne(entry, 1, now);
      return refused.length === 1;
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(b).where(eq(b.tenantId, tenantId)));
    },
  };
}
