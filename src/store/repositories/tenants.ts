import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, exists, getTableColumns, inArray, isNotNull, isNull, or, sql } from 'drizzle-orm';
import type { TenantFilter, TenantPlace, TenantRepository, TenantSort } from '../../domain/directory/tenant.ts';
import { foldTenantId, namedTenant, oldestTenantFirst } from '../../domain/directory/tenant.ts';
import { statement } from '../statement.ts';
import { containing } from './containing.ts';
import type { Access } from './context.ts';
import type { Order } from './keyset.ts';
import { keysetIn, toPage } from './keyset.ts';

/** Makes the repository of tenants. */
export function tenantRepository({ engine, tables }: Access): TenantRepository {
  const { tenants: t, users: u, memberships: m, sessions: s, refreshTokens: r } = tables;
  const { deletedAt: _, ...columns } = getTableColumns(t);
  const foldedId = sql`lower(${t.id})`;
  const isThere = isNull(t.deletedAt);
  const isBeingDeleted = isNotNull(t.deletedAt);

  const findAlike = statement('tenants.alike', { id: t.id }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(and(eq(foldedId, $('id')), isThere)),
  );
  // Every request of an environment token that names a tenant asks for its id, and metadata may be long.
  const idsAlike = statement('tenants.ids_alike', { id: t.id }, (db, $) =>
    db
      .select({ id: t.id })
      .from(t)
      .where(and(eq(foldedId, $('id')), isThere)),
  );
  /** Returns the ids of the tenants whose ids are the given one in any letter case. */
  const alike = async (id: string): Promise<string[]> =>
    (await engine.read((db) => idsAlike(db, { id: foldTenantId(id) }))).map((tenant) => tenant.id);

  const conditionOf = ({ ids, named, text }: TenantFilter): SQL | undefined =>
    and(
      isThere,
      ids === undefined ? undefined : inArray(t.id, [...ids]),
      named === undefined ? undefined : inArray(foldedId, named.map(foldTenantId)),
      text === undefined ? undefined : or(containing(t.name, text), containing(t.id, text)),
    );

  /** What each order compares. Every one is an index, so that a page costs as much as it has rows. */
  const orders: Readonly<Record<TenantSort['by'], Order<TenantPlace>>> = {
    createdAt: { by: [sql`${t.createdAt}`, sql`${t.id}`], at: ({ at, id }) => [sql`${sql.param(at, t.createdAt)}`, sql`${id}`] },
    name: { by: [sql`lower(${t.name})`, sql`${t.id}`], at: ({ at, id }) => [sql`lower(${at})`, sql`${id}`] },
    id: { by: [sql`${t.id}`], at: ({ id }) => [sql`${id}`] },
  };

  return {
    create: (tenant) =>
      engine.transact('NOTHING', async () => {
        if ((await alike(tenant.id)).length > 0) return false;
        const created = await engine.run((db) => db.insert(t).values(tenant).onConflictDoNothing().returning({ id: t.id }));
        return created.length === 1;
      }),
    async find(named) {
      const found = await engine.read((db) => findAlike(db, { id: foldTenantId(named) }));
      const id = namedTenant(
        named,
        found.map((tenant) => tenant.id),
      );
      return found.find((tenant) => tenant.id === id) ?? null;
    },
    idOf: async (named) => namedTenant(named, await alike(named)),
    async findMany(ids) {
      if (ids.length === 0) return [];
      return engine.read((db) => db.select(columns).from(t).where(conditionOf({ ids })));
    },
    async findByAlias(alias) {
      const [row] = await engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(and(eq(t.alias, alias), isThere))
          .orderBy(asc(t.createdAt), asc(t.id))
          .limit(1),
      );
      return row ?? null;
    },
    async list(filter, page, { by, descending } = oldestTenantFirst) {
      const { where, orderBy, limit } = keysetIn(orders[by], page, descending);
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(and(conditionOf(filter), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    search: ({ filter, sort: { by, descending }, offset, limit }) =>
      engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(conditionOf(filter))
          .orderBy(...orders[by].by.map(descending ? desc : asc))
          .limit(limit)
          .offset(offset),
      ),
    async count(filter = {}) {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(t).where(conditionOf(filter)));
      return row?.number ?? 0;
    },
    async update(id, change, now) {
      const [row] = await engine.run((db) =>
        db
          .update(t)
          .set({ ...change, updatedAt: now })
          .where(and(eq(t.id, id), isThere))
          .returning(columns),
      );
      return row ?? null;
    },

    async beginDeletion(id, now) {
      const begun = await engine.run((db) =>
        db
          .update(t)
          .set({ deletedAt: now })
          .where(and(eq(t.id, id), isThere))
          .returning({ id: t.id }),
      );
      return begun.length === 1;
    },
    async beingDeleted(named) {
      const rows = await engine.read((db) =>
        db
          .select({ id: t.id })
          .from(t)
          .where(and(named === null ? undefined : eq(foldedId, foldTenantId(named)), isBeingDeleted))
          .orderBy(asc(t.deletedAt)),
      );
      return rows.map(({ id }) => id);
    },
    usersLeftIn: (id, limit) => engine.read((db) => db.select().from(u).where(eq(u.activeTenantId, id)).orderBy(asc(u.id)).limit(limit)),
    async enterOldestTenant(userIds) {
      if (userIds.length === 0) return;
      await engine.send((db) => {
        const held = db.select({ tenantId: m.tenantId }).from(m).where(eq(m.userId, u.id));
        const oldest = held.orderBy(asc(m.createdAt), asc(m.tenantId)).limit(1);
        const any = db.select({ one: sql`1` }).from(m).where(eq(m.userId, u.id));
        return db
          .update(u)
          .set({ activeTenantId: sql`${oldest}` })
          .where(and(inArray(u.id, [...userIds]), exists(any)));
      });
    },
    async removeSessions(id, limit) {
      const tokens = await engine.run((db) => {
        const some = db.select({ tokenHash: r.tokenHash }).from(s).innerJoin(r, eq(r.sessionId, s.id)).where(eq(s.tenantId, id)).limit(limit);
        return db.delete(r).where(inArray(r.tokenHash, some)).returning({ one: sql`1` });
      });
      if (tokens.length === limit) return tokens.length;
      const sessions = await engine.run((db) => {
        const some = db.select({ id: s.id }).from(s).where(eq(s.tenantId, id)).limit(limit);
        return db.delete(s).where(inArray(s.id, some)).returning({ one: sql`1` });
      });
      return tokens.length + sessions.length;
    },
    async finishDeletion(id) {
      await engine.send((db) => db.delete(t).where(and(eq(t.id, id), isBeingDeleted)));
    },
  };
}
