import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, gte, inArray, lt } from 'drizzle-orm';
import type { EventFilter, EventRepository } from '../../domain/audit/event.ts';
import { insertion } from '../statement.ts';
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

  const insert = insertion('audit_events.add', e);

  return {
    async add(event) {
      await engine.send((db) => insert(db, event));
    },
    async replace({ id, ...event }) {
      await engine.send((db) => db.update(e).set(event).where(eq(e.id, id)));
    },
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(e)
              .where(inArray(e.id, [...ids])),
          ),
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
    async span() {
      const at = (direction: SQL) => engine.read((db) => db.select({ at: e.at }).from(e).orderBy(direction).limit(1));
      const [[oldest], [newest]] = [await at(asc(e.at)), await at(desc(e.at))];
      return oldest === undefined || newest === undefined ? null : { oldest: oldest.at, newest: newest.at };
    },
  };
}
