import { and, asc, count, eq, getTableColumns, inArray, lte, ne, sql } from 'drizzle-orm';
import type { EnforcementScheduleRepository } from '../../domain/policy/schedule.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';
import { ownerKey } from './owner-key.ts';

/** Makes the repository of scheduled enforcements and their reminders. */
export function enforcementScheduleRepository({ engine, tables }: Access): EnforcementScheduleRepository {
  const { enforcementSchedules: e, enforcementReminders: r } = tables;
  const { owner: _, ...columns } = getTableColumns(e);
  const waits = sql`${e.startedAt} is null and ${e.cancelledAt} is null`;

  return {
    add: (schedule, reminders) =>
      engine.transact('NOTHING', async () => {
        const added = await engine.run((db) =>
          db
            .insert(e)
            .values({ ...schedule, owner: ownerKey(schedule.tenantId) })
            .onConflictDoNothing()
            .returning({ id: e.id }),
        );
        if (added.length === 0) return false;
        if (reminders.length > 0) await engine.send((db) => db.insert(r).values([...reminders]));
        return true;
      }),
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(e)
              .where(inArray(e.id, [...ids])),
          ),
    async list(owner, page) {
      const { where, orderBy, limit } = keyset(e, page, 'NEWEST_FIRST');
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(e)
          .where(and(eq(e.owner, ownerKey(owner)), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(owner) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: count() })
          .from(e)
          .where(eq(e.owner, ownerKey(owner))),
      );
      return row?.number ?? 0;
    },
    waiting: async (owners, until) =>
      owners.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(e)
              .where(and(inArray(e.owner, owners.map(ownerKey)), waits, lte(e.startsAt, until))),
          ),
    due: (now, limit) =>
      engine.read((db) =>
        db
          .select(columns)
          .from(e)
          .where(and(waits, lte(e.startsAt, now)))
          .orderBy(asc(e.startsAt), asc(e.id))
          .limit(limit),
      ),
    start: ({ id, tenantId }, now) =>
      engine.transact('NOTHING', async () => {
        const started = await engine.run((db) =>
          db
            .update(e)
            .set({ startedAt: now })
            .where(and(eq(e.id, id), waits))
            .returning({ id: e.id }),
        );
        if (started.length === 0) return false;
        await engine.send((db) => {
          const earlier = db
            .select({ id: e.id })
            .from(e)
            .where(and(eq(e.owner, ownerKey(tenantId)), ne(e.id, id)));
          return db.delete(r).where(inArray(r.scheduleId, earlier));
        });
        return true;
      }),
    cancel: (id, now) =>
      engine.transact('NOTHING', async () => {
        const cancelled = await engine.run((db) =>
          db
            .update(e)
            .set({ cancelledAt: now })
            .where(and(eq(e.id, id), waits))
            .returning({ id: e.id }),
        );
        if (cancelled.length === 0) return false;
        await engine.send((db) => db.delete(r).where(eq(r.scheduleId, id)));
        return true;
      }),
    dueReminders: (now, limit) =>
      engine.read((db) => db.select().from(r).where(lte(r.nextAt, now)).orderBy(asc(r.nextAt), asc(r.scheduleId), asc(r.daysBefore)).limit(limit)),
    async advance({ scheduleId, daysBefore, afterLoginAt, afterUserId, nextAt }, to) {
      const advanced = await engine.run((db) =>
        db
          .update(r)
          .set(to)
          .where(
            and(
              ...[eq(r.scheduleId, scheduleId), eq(r.daysBefore, daysBefore)],
              ...[eq(r.afterLoginAt, afterLoginAt), eq(r.afterUserId, afterUserId), eq(r.nextAt, nextAt)],
            ),
          )
          .returning({ scheduleId: r.scheduleId }),
      );
      return advanced.length === 1;
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(e).where(eq(e.owner, ownerKey(tenantId))));
    },
  };
}
