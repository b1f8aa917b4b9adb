import type { SQL } from 'drizzle-orm';
import { and, asc, count, desc, eq, exists, getTableColumns, gt, inArray, isNotNull, isNull, lte, ne, or, sql } from 'drizzle-orm';
import { newestPossible } from '../../domain/bounds.ts';
import type { ApiToken, ApiTokenFilter, ApiTokenRepository } from '../../domain/token/api-token.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { idsIn } from './ids-in.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of API tokens. */
export function apiTokenRepository({ engine, tables }: Access): ApiTokenRepository {
  const { apiTokens: t, apiTokenRoles: tr, apiTokenPermissions: tp, apiTokenRefreshes: f } = tables;
  const { roles: r, rolePermissions: rp, permissions: p, users: u, memberships: m } = tables;
  const { usedAt: _, ...own } = getTableColumns(t);
  /** A token with the ids of its roles and permissions, in one statement. */
  const columns = {
    ...own,
    roleIds: idsIn(engine.dialect, tr.roleId, sql`from ${tr} where ${tr.apiTokenId} = ${t.id}`),
    permissionIds: idsIn(engine.dialect, tp.permissionId, sql`from ${tp} where ${tp.apiTokenId} = ${t.id}`),
  };
  const notExpired = (now: SQL): SQL | undefined => or(isNull(t.expiresAt), sql`${t.expiresAt} > ${now}`);
  const living = (now: Date): SQL | undefined => notExpired(sql`${sql.param(now, t.expiresAt)}`);
  const matching = ({ kind, tenantId, userId }: ApiTokenFilter): SQL | undefined =>
    and(eq(t.tenantId, tenantId), userId === null ? isNull(t.userId) : eq(t.userId, userId), eq(t.kind, kind));

  // One from the future was made by a clock that ran ahead, and would end too late.
  const valid = (tokenHash: string, now: Date): SQL | undefined =>
    and(eq(f.tokenHash, tokenHash), gt(f.expiresAt, now), lte(f.createdAt, newestPossible(now)));

  const find = statement('api_tokens.find', { id: t.id, now: t.expiresAt }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(and(eq(t.id, $('id')), notExpired($('now')))),
  );
  const rolesOf = statement('api_tokens.roles_of', { id: t.id }, (db, $) =>
    db
      .select({ role: r.key, level: r.level, permission: p.key })
      .from(tr)
      .innerJoin(r, eq(r.id, tr.roleId))
      .leftJoin(rp, eq(rp.roleId, r.id))
      .leftJoin(p, eq(p.id, rp.permissionId))
      .where(eq(tr.apiTokenId, $('id'))),
  );
  const permissionsOf = statement('api_tokens.permissions_of', { id: t.id }, (db, $) =>
    db
      .select({ permission: p.key })
      .from(tp)
      .innerJoin(p, eq(p.id, tp.permissionId))
      .where(eq(tp.apiTokenId, $('id'))),
  );

  const give = async (id: string, { roleIds, permissionIds }: Partial<Pick<ApiToken, 'roleIds' | 'permissionIds'>>): Promise<void> => {
    if (roleIds !== undefined && roleIds.length > 0) {
      await engine.send((db) => db.insert(tr).values(roleIds.map((roleId) => ({ apiTokenId: id, roleId }))));
    }
    if (permissionIds !== undefined && permissionIds.length > 0) {
      await engine.send((db) => db.insert(tp).values(permissionIds.map((permissionId) => ({ apiTokenId: id, permissionId }))));
    }
  };

  return {
    async add({ roleIds, permissionIds, ...token }) {
      await engine.send((db) => db.insert(t).values(token));
      await give(token.id, { roleIds, permissionIds });
    },
    async find(id, now) {
      const [row] = await engine.read((db) => find(db, { id, now }));
      return row ?? null;
    },
    findMany: async (ids, now) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(t)
              .where(and(inArray(t.id, [...ids]), living(now))),
          ),
    all: (filter, now) =>
      engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(and(matching(filter), living(now)))
          .orderBy(asc(t.createdAt), asc(t.id)),
      ),
    async list(filter, now, page) {
      const { where, orderBy, limit } = keyset(t, page);
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(and(matching(filter), living(now), where))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count(filter, now) {
      const [row] = await engine.read((db) =>
        db
          .select({ number: count() })
          .from(t)
          .where(and(matching(filter), living(now))),
      );
      return row?.number ?? 0;
    },
    ofUsers: async (userIds, kind, now) =>
      userIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select(columns)
              .from(t)
              .where(and(inArray(t.userId, [...userIds]), eq(t.kind, kind), living(now)))
              .orderBy(asc(t.createdAt), asc(t.id)),
          ),
    async countOf(owner) {
      const of = 'userId' in owner ? eq(t.userId, owner.userId) : and(eq(t.tenantId, owner.tenantId), isNull(t.userId));
      const [row] = await engine.read((db) => db.select({ number: count() }).from(t).where(of));
      return row?.number ?? 0;
    },
    async activeAccessTokens(of, tenantId, now) {
      const rows = await engine.read((db) => {
        const ofLivingUser = and(
          isNotNull(t.userId),
          exists(
            db
              .select({ one: sql`1` })
              .from(m)
              .innerJoin(u, eq(u.id, m.userId))
              .where(
                and(
                  ...[eq(m.userId, t.userId), eq(m.tenantId, t.tenantId), eq(m.pending, false), eq(m.disabled, false), eq(u.locked, false)],
                  or(isNull(m.expiresAt), gt(m.expiresAt, now)),
                ),
              ),
          ),
        );
        return db
          .select({ id: t.id })
          .from(t)
          .where(
            and(
              eq(t.kind, 'ACCESS_TOKEN'),
              tenantId === null ? undefined : eq(t.tenantId, tenantId),
              living(now),
              of === 'USERS' ? ofLivingUser : isNull(t.userId),
            ),
          )
          .orderBy(asc(t.id));
      });
      return rows.map(({ id }) => id);
    },
    async update(id, { roleIds, permissionIds, ...fields }) {
      const [row] = await engine.run((db) =>
        db
          .update(t)
          .set({ ...fields, id })
          .where(eq(t.id, id))
          .returning({ id: t.id }),
      );
      if (row === undefined) return false;
      if (roleIds !== undefined) await engine.send((db) => db.delete(tr).where(eq(tr.apiTokenId, id)));
      if (permissionIds !== undefined) await engine.send((db) => db.delete(tp).where(eq(tp.apiTokenId, id)));
      await give(id, { ...(roleIds && { roleIds }), ...(permissionIds && { permissionIds }) });
      return true;
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(t).where(eq(t.id, id)).returning({ id: t.id }));
      return removed.length === 1;
    },
    async rightsOf(id) {
      const [held, direct] = await Promise.all([engine.read((db) => rolesOf(db, { id })), engine.read((db) => permissionsOf(db, { id }))]);
      const permissions = [...held, ...direct].flatMap(({ permission }) => permission ?? []);
      return {
        roles: [...new Set(held.map(({ role }) => role))].sort(),
        permissions: [...new Set(permissions)].sort(),
        level: held.length === 0 ? null : Math.min(...held.map(({ level }) => level)),
      };
    },
    async recordUse(id, now, unlessAfter) {
      const recorded = await engine.run((db) =>
        db
          .update(t)
          .set({ usedAt: now })
          // A time that lies ahead was written by a clock that ran ahead, and must not keep uses out of the trail.
          .where(and(eq(t.id, id), or(isNull(t.usedAt), lte(t.usedAt, unlessAfter), gt(t.usedAt, newestPossible(now)))))
          .returning({ id: t.id }),
      );
      return recorded.length === 1;
    },
    async addRefresh(refresh, kept) {
      await engine.send((db) => db.insert(f).values(refresh));
      await engine.send((db) =>
        db.delete(f).where(
          inArray(
            f.tokenHash,
            db
              .select({ tokenHash: f.tokenHash })
              .from(f)
              .where(and(eq(f.apiTokenId, refresh.apiTokenId), ne(f.tokenHash, refresh.tokenHash)))
              .orderBy(desc(f.createdAt), desc(f.tokenHash))
              // SQLite knows no offset without a limit.
              .limit(1_000_000)
              .offset(kept - 1),
          ),
        ),
      );
    },
    async findByRefresh(tokenHash, now) {
      const [row] = await engine.read((db) => db.select(columns).from(f).innerJoin(t, eq(t.id, f.apiTokenId)).where(valid(tokenHash, now)));
      return row ?? null;
    },
    async spendRefresh(tokenHash, now) {
      const spent = await engine.run((db) => db.delete(f).where(valid(tokenHash, now)).returning({ tokenHash: f.tokenHash }));
      return spent.length === 1;
    },
    async endAllOf(userId) {
      await engine.send((db) => db.delete(t).where(eq(t.userId, userId)));
    },
    async endAllIn(tenantId, userId) {
      await engine.send((db) => db.delete(t).where(and(eq(t.tenantId, tenantId), userId === null ? undefined : eq(t.userId, userId))));
    },
  };
}
