import type { SQL } from 'drizzle-orm';
import { and, asc, count, eq, gte, inArray, lt } from 'drizzle-orm';
import type { EventFilter, EventRepository } from '../../domain/audit/event.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of audit events. */
export function eventRepository({ engine, tables: { auditEvents: e } }: Access): EventRepository {
  const matches = ({ userId, tenantId, kinds, from, until }: EventFilter): SQL | undefined =>
    and(
      userId === undefined ? undefined : eq(e.userId, userId),
      tenantId === undefined ? undefined : eq(e.tenantId, tenantId),
      kinds === undefined ? undefined : inArray(e.kind, [...kinds]),
      from === undefined ? undefined : gte(e.at, from),
      until === undefined ? undefined : lt(e.at, until),
    );

  return {
    async add(event) {
      await engine.send((db) => db.insert(e).values(event));
    },
    async list(filter, page) {
      const { where, orderBy, limit } = keyset({ createdAt: e.at, id: e.id }, page, 'NEWEST_FIRST');
      const rows = await engine.read((db) =>
        db
          .select()
          .from(e)
          .where(and(matches(filter), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(filter) {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(e).where(matches(filter)));
      return row?.number ?? 0;
    },
    async purge(before, limit) {
      const removed = await engine.run((db) => {
        const oldest = db.select({ id: e.id }).from(e).where(lt(e.at, before)).orderBy(asc(e.at), asc(e.id)).limit(limit);
        return db.delete(e).where(inArray(e.id, oldest)).returning({ id: e.id });
      });
      return removed.length;
    },
  };
}
