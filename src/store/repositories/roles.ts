import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, getTableColumns, inArray, isNotNull, ne, or, sql } from 'drizzle-orm';
import type { Rights } from '../../domain/access/permission.ts';
import type { RoleFilter, RoleRepository, RoleSortKey } from '../../domain/role/role.ts';
import { statement } from '../statement.ts';
import { containing } from './containing.ts';
import type { Access } from './context.ts';
import { heldRoles } from './held-roles.ts';
import { idsIn } from './ids-in.ts';
import { keyset, toPage } from './keyset.ts';
import { ownerKey } from './owner-key.ts';

/** Makes the repository of roles. */
export function roleRepository({ engine, tables }: Access): RoleRepository {
  const { roles: r, rolePermissions: rp, permissions: p, membershipRoles: mr, memberships: m, sessions: s, refreshTokens: t } = tables;
  const { apiTokens: at, apiTokenRoles: atr } = tables;
  const { groups: g, groupRoles: gr } = tables;
  const { roleIdsOf } = heldRoles({ tables });
  const { owner: _owner, ...own } = getTableColumns(r);
  /** A role with the ids of its permissions, in one statement. */
  const columns = { ...own, permissionIds: idsIn(engine.dialect, rp.permissionId, sql`from ${rp} where ${rp.roleId} = ${r.id}`) };
  const held = { role: r.key, level: r.level, permission: p.key };

  const rightsOf = statement('roles.rights_of', { userId: mr.userId, tenantId: mr.tenantId }, (db, $) =>
    db
      .select(held)
      .from(r)
      .leftJoin(rp, eq(rp.roleId, r.id))
      .leftJoin(p, eq(p.id, rp.permissionId))
      .where(sql`${r.id} in ${roleIdsOf($('userId'), $('tenantId'))}`),
  );
  const rightsInSession = statement('roles.rights_in_session', { sessionId: s.id }, (db, $) =>
    db
      .select(held)
      .from(r)
      .leftJoin(rp, eq(rp.roleId, r.id))
      .leftJoin(p, eq(p.id, rp.permissionId))
      .where(sql`${r.id} in ${roleIdsOf(s.userId, s.tenantId, sql`${s}, `, eq(s.id, $('sessionId')))}`),
  );
  const rightsByRefreshToken = statement('roles.rights_by_refresh_token', { tokenHash: t.tokenHash }, (db, $) =>
    db
      .select(held)
      .from(r)
      .leftJoin(rp, eq(rp.roleId, r.id))
      .leftJoin(p, eq(p.id, rp.permissionId))
      .where(
        sql`${r.id} in ${roleIdsOf(s.userId, s.tenantId, sql`${t}, ${s}, `, sql`${s.id} = ${t.sessionId} and ${t.tokenHash} = ${$('tokenHash')}`)}`,
      ),
  );

  const conditionOf = ({ visibleIn, tenantIds, levels, text }: RoleFilter): SQL | undefined =>
    and(
      visibleIn === undefined ? undefined : inArray(r.owner, [ownerKey(null), ownerKey(visibleIn)]),
      tenantIds === undefined ? undefined : inArray(r.owner, tenantIds.map(ownerKey)),
      levels === undefined ? undefined : inArray(r.level, [...levels]),
      text === undefined ? undefined : or(containing(r.key, text), containing(r.name, text)),
    );

  const addPairs = async (pairs: { roleId: string; permissionId: string }[]): Promise<void> => {
    if (pairs.length > 0) await engine.send((db) => db.insert(rp).values(pairs).onConflictDoNothing());
  };

  /** What a list is sorted by. A count is a query of its own for each row, which is for lists that people page through. */
  const order: Readonly<Record<RoleSortKey, SQL>> = {
    ...{ key: sql`${r.key}`, name: sql`${r.name}`, description: sql`${r.description}` },
    ...{ isDefault: sql`${r.isDefault}`, firstUserRole: sql`${r.firstUserRole}`, level: sql`${r.level}` },
    ...{ updatedAt: sql`${r.updatedAt}`, createdAt: sql`${r.createdAt}` },
    permissions: sql`(select count(*) from ${rp} where ${rp.roleId} = ${r.id})`,
    userTenants: sql`(select count(*) from ${mr} where ${mr.roleId} = ${r.id})`,
    groups: sql`(select count(*) from ${gr} where ${gr.roleId} = ${r.id})`,
  };

  return {
    async add(roles) {
      await engine.send((db) => db.insert(r).values(roles.map(({ permissionIds: _, ...role }) => ({ ...role, owner: ownerKey(role.tenantId) }))));
      await addPairs(roles.flatMap(({ id, permissionIds }) => permissionIds.map((permissionId) => ({ roleId: id, permissionId }))));
    },
    takenKeys: (tenantId, keys) =>
      engine.read((db) => {
        // Every tenant sees the roles of the environment, so one of these may have no key that any tenant uses.
        const seen = tenantId === null ? undefined : inArray(r.owner, [ownerKey(null), ownerKey(tenantId)]);
        return db
          .select({ id: r.id, key: r.key })
          .from(r)
          .where(and(inArray(r.key, [...keys]), seen));
      }),
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(r)
              .where(inArray(r.id, [...ids])),
          ),
    all: async (filter) =>
      engine.read((db) => db.select(columns).from(r).where(conditionOf(filter)).orderBy(isNotNull(r.tenantId), asc(r.key), asc(r.id))),
    async search({ sortBy, descending, offset, limit, ...filter }) {
      const where = conditionOf(filter);
      const direction = descending ? desc : asc;
      const rows = await engine.read((db) =>
        db.select(columns).from(r).where(where).orderBy(direction(order[sortBy]), asc(r.id)).limit(limit).offset(offset),
      );
      const [row] = await engine.read((db) => db.select({ number: count() }).from(r).where(where));
      return { items: rows, total: row?.number ?? 0 };
    },
    async list(filter, page) {
      const { where, orderBy, limit } = keyset(r, page);
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(r)
          .where(and(conditionOf(filter), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(filter) {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(r).where(conditionOf(filter)));
      return row?.number ?? 0;
    },
    async levels(filter) {
      const rows = await engine.read((db) => db.selectDistinct({ level: r.level }).from(r).where(conditionOf(filter)).orderBy(asc(r.level)));
      return rows.map(({ level }) => level);
    },
    async tenants() {
      const rows = await engine.read((db) =>
        db.selectDistinct({ tenantId: r.tenantId }).from(r).where(isNotNull(r.tenantId)).orderBy(asc(r.tenantId)),
      );
      return rows.flatMap(({ tenantId }) => tenantId ?? []);
    },
    async update(id, change, now) {
      const changed = await engine.run((db) =>
        db
          .update(r)
          .set({ ...change, updatedAt: now })
          .where(eq(r.id, id))
          .returning({ id: r.id }),
      );
      return changed.length === 1;
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(r).where(eq(r.id, id)).returning({ id: r.id }));
      return removed.length === 1;
    },
    async removeAllOfTenant(tenantId) {
      await engine.send((db) => db.delete(r).where(eq(r.tenantId, tenantId)));
    },
    async setPermissions(id, permissionIds, now) {
      await engine.send((db) => db.delete(rp).where(eq(rp.roleId, id)));
      await addPairs(permissionIds.map((permissionId) => ({ roleId: id, permissionId })));
      await engine.send((db) => db.update(r).set({ updatedAt: now }).where(eq(r.id, id)));
    },
    async addPermission(permissionId, roleIds, now) {
      await addPairs(roleIds.map((roleId) => ({ roleId, permissionId })));
      await engine.send((db) =>
        db
          .update(r)
          .set({ updatedAt: now })
          .where(inArray(r.id, [...roleIds])),
      );
    },
    async setTenant(id, tenantId, now) {
      await engine.send((db) =>
        db
          .update(r)
          .set({ tenantId, owner: ownerKey(tenantId), updatedAt: now })
          .where(eq(r.id, id)),
      );
      if (tenantId === null) return;
      await engine.send((db) => db.delete(mr).where(and(eq(mr.roleId, id), ne(mr.tenantId, tenantId))));
      await engine.send((db) => {
        const elsewhere = db.select({ id: at.id }).from(at).where(ne(at.tenantId, tenantId));
        return db.delete(atr).where(and(eq(atr.roleId, id), inArray(atr.apiTokenId, elsewhere)));
      });
      await engine.send((db) => {
        const elsewhere = db.select({ id: g.id }).from(g).where(ne(g.tenantId, tenantId));
        return db.delete(gr).where(and(eq(gr.roleId, id), inArray(gr.groupId, elsewhere)));
      });
    },
    async giveToAll(id, tenantId) {
      await engine.send((db) => {
        const members = db.select({ userId: m.userId, tenantId: m.tenantId, roleId: sql<string>`${id}`.as('role_id') }).from(m);
        // SQLite would take the ON of the conflict for that of a join if there were no WHERE.
        const all = members.where(tenantId === null ? sql`true` : eq(m.tenantId, tenantId));
        return db.insert(mr).select(all).onConflictDoNothing();
      });
    },
    async give(userId, tenantId, roleIds) {
      if (roleIds.length === 0) return;
      await engine.send((db) =>
        db
          .insert(mr)
          .values(roleIds.map((roleId) => ({ userId, tenantId, roleId })))
          .onConflictDoNothing(),
      );
    },
    async take(userId, tenantId, roleIds) {
      await engine.send((db) => db.delete(mr).where(and(eq(mr.userId, userId), eq(mr.tenantId, tenantId), inArray(mr.roleId, [...roleIds]))));
    },
    async heldIn(userId, tenantId) {
      const rows = await engine.read((db) =>
        db
          .select({ roleId: mr.roleId })
          .from(mr)
          .where(and(eq(mr.userId, userId), eq(mr.tenantId, tenantId))),
      );
      return rows.map(({ roleId }) => roleId);
    },
    rightsOf: async (userId, tenantId) => rightsIn(await engine.read((db) => rightsOf(db, { userId, tenantId }))),
    rightsInSession: async (sessionId) => rightsIn(await engine.read((db) => rightsInSession(db, { sessionId }))),
    rightsByRefreshToken: async (tokenHash) => rightsIn(await engine.read((db) => rightsByRefreshToken(db, { tokenHash }))),
  };
}

/** Adds up the rights of roles. There is one row for each permission of each role, and one with null for a role without any. */
function rightsIn(rows: readonly { role: string; level: number; permission: string | null }[]): Rights {
  return {
    roles: sorted(rows.map(({ role }) => role)),
    permissions: sorted(rows.flatMap(({ permission }) => permission ?? [])),
    level: rows.length === 0 ? null : Math.min(...rows.map(({ level }) => level)),
  };
}

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
