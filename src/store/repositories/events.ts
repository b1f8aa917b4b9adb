import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, exists, getTableColumns, gte, inArray, isNull, lt, or, sql } from 'drizzle-orm';
import type { EventFilter, EventRepository, EventSearch } from '../../domain/audit/event.ts';
import type { Db } from '../db.ts';
import { insertion } from '../statement.ts';
import { containing } from './containing.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of audit events. */
export function eventRepository({ engine, tables: { auditEvents: e, users: u, memberships: m } }: Access): EventRepository {
  const matches = ({ userId, tenantId, kinds, from, until }: EventFilter): SQL | undefined =>
    and(
      userId === undefined ? undefined : eq(e.userId, userId),
      tenantId === undefined ? undefined : eq(e.tenantId, tenantId),
      kinds === undefined ? undefined : inArray(e.kind, [...kinds]),
      from === undefined ? undefined : gte(e.at, from),
      until === undefined ? undefined : lt(e.at, until),
    );

  /** Joins who acted, or else whom the event is about. Who is no member of the tenant of the event stays unnamed to its readers. */
  const person = (db: Db): SQL | undefined => {
    const membership = db
      .select({ id: m.userId })
      .from(m)
      .where(and(eq(m.userId, u.id), eq(m.tenantId, e.tenantId)));
    const acting = sql`case when ${e.actorKind} = 'API_TOKEN' then null else ${e.actorId} end`;
    return and(eq(u.id, sql`coalesce(${acting}, ${e.userId})`), or(isNull(e.tenantId), exists(membership)));
  };

  const found = ({ text, email, address, ...filter }: EventSearch): SQL | undefined =>
    and(
      matches(filter),
      email === undefined ? undefined : containing(u.email, email),
      address === undefined ? undefined : containing(e.address, address),
      text === undefined ? undefined : or(inArray(e.kind, [...text.kinds]), containing(e.address, text.part), containing(u.email, text.part)),
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
    async search(search) {
      const { newestFirst, offset, limit } = search;
      const where = found(search);
      const direction = newestFirst ? desc : asc;
      const [items, [row]] = await Promise.all([
        engine.read((db) =>
          db
            .select({ ...getTableColumns(e), email: u.email, name: u.name })
            .from(e)
            .leftJoin(u, person(db))
            .where(where)
            .orderBy(direction(e.at), direction(e.id))
            .limit(limit)
            .offset(offset),
        ),
        engine.read((db) => db.select({ number: count() }).from(e).leftJoin(u, person(db)).where(where)),
      ]);
      const shown = items.map(({ email, name, ...event }) => ({ ...event, person: email === null || name === null ? null : { email, name } }));
      return { items: shown, total: row?.number ?? 0 };
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
