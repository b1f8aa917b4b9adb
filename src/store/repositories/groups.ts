import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { GroupRepository, GroupSortKey } from '../../domain/group/group.ts';
import type { Access } from './context.ts';
import { idsIn } from './ids-in.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of groups. */
export function groupRepository({ engine, tables }: Access): GroupRepository {
  const { groups: g, groupRoles: gr, groupMembers: gm, memberships: m, users: u } = tables;
  /** A group with the ids of its roles, in one statement. */
  const columns = { ...getTableColumns(g), roleIds: idsIn(engine.dialect, gr.roleId, sql`from ${gr} where ${gr.groupId} = ${g.id}`) };
  const order: Readonly<Record<GroupSortKey, SQL>> = {
    ...{ id: sql`${g.id}`, name: sql`${g.name}`, createdAt: sql`${g.createdAt}`, updatedAt: sql`${g.updatedAt}` },
  };

  const touch = (id: string, now: Date): Promise<void> => engine.send((db) => db.update(g).set({ updatedAt: now }).where(eq(g.id, id)));
  const within = (tenantId: string | null): SQL | undefined => (tenantId === null ? undefined : eq(g.tenantId, tenantId));
  const shown = (visibleOnly: boolean): SQL | undefined => (visibleOnly ? eq(u.invisible, false) : undefined);

  return {
    async add({ roleIds: _, ...group }) {
      await engine.send((db) => db.insert(g).values(group));
    },
    async findMany(ids) {
      if (ids.length === 0) return [];
      return engine.read((db) =>
        db
          .select(columns)
          .from(g)
          .where(inArray(g.id, [...ids])),
      );
    },
    async findByName(tenantId, name) {
      const [row] = await engine.read((db) =>
        db
          .select(columns)
          .from(g)
          .where(and(eq(g.tenantId, tenantId), eq(g.name, name))),
      );
      return row ?? null;
    },
    async search({ tenantId, sortBy, descending, offset, limit }) {
      const where = within(tenantId);
      const direction = descending ? desc : asc;
      const items = await engine.read((db) =>
        db.select(columns).from(g).where(where).orderBy(direction(order[sortBy]), asc(g.id)).limit(limit).offset(offset),
      );
      const [row] = await engine.read((db) => db.select({ number: count() }).from(g).where(where));
      return { items, total: row?.number ?? 0 };
    },
    async list(tenantId, page) {
      const { where, orderBy, limit } = keyset(g, page);
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(g)
          .where(and(within(tenantId), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(tenantId) {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(g).where(within(tenantId)));
      return row?.number ?? 0;
    },
    async update(id, change, now) {
      await engine.send((db) =>
        db
          .update(g)
          .set({ ...change, updatedAt: now })
          .where(eq(g.id, id)),
      );
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(g).where(eq(g.id, id)).returning({ id: g.id }));
      return removed.length === 1;
    },
    async addRoles(id, roleIds, now) {
      if (roleIds.length === 0) return;
      await engine.send((db) =>
        db
          .insert(gr)
          .values(roleIds.map((roleId) => ({ groupId: id, roleId })))
          .onConflictDoNothing(),
      );
      await touch(id, now);
    },
    async removeRoles(id, roleIds, now) {
      await engine.send((db) => db.delete(gr).where(and(eq(gr.groupId, id), inArray(gr.roleId, [...roleIds]))));
      await touch(id, now);
    },
    async addMembers({ id, tenantId }, userIds, now) {
      if (userIds.length === 0) return;
      await engine.send((db) =>
        db
          .insert(gm)
          .values(userIds.map((userId) => ({ groupId: id, tenantId, userId })))
          .onConflictDoNothing(),
      );
      await touch(id, now);
    },
    async removeMembers(id, userIds, now) {
      await engine.send((db) => db.delete(gm).where(and(eq(gm.groupId, id), inArray(gm.userId, [...userIds]))));
      await touch(id, now);
    },
    async members(ids, visibleOnly) {
      if (ids.length === 0) return [];
      return engine.read((db) =>
        db
          .select({ groupId: gm.groupId, user: getTableColumns(u), pending: m.pending })
          .from(gm)
          .innerJoin(u, eq(u.id, gm.userId))
          .innerJoin(m, and(eq(m.userId, gm.userId), eq(m.tenantId, gm.tenantId)))
          .where(and(inArray(gm.groupId, [...ids]), shown(visibleOnly)))
          .orderBy(asc(u.createdAt), asc(u.id)),
      );
    },
    async listMembers(id, visibleOnly, page) {
      const { where, orderBy, limit } = keyset(u, page);
      const rows = await engine.read((db) =>
        db
          .select(getTableColumns(u))
          .from(gm)
          .innerJoin(u, eq(u.id, gm.userId))
          .where(and(eq(gm.groupId, id), shown(visibleOnly), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async countMembers(id, visibleOnly) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: count() })
          .from(gm)
          .innerJoin(u, eq(u.id, gm.userId))
          .where(and(eq(gm.groupId, id), shown(visibleOnly))),
      );
      return row?.number ?? 0;
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(g).where(eq(g.tenantId, tenantId)));
    },
  };
}
