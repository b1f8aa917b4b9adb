import { asc, count, eq, inArray } from 'drizzle-orm';
import type { PermissionRepository } from '../../domain/role/permission.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of permissions and their categories. */
export function permissionRepository({
  engine,
  tables: { permissions: p, permissionCategories: c, rolePermissions: rp },
}: Access): PermissionRepository {
  return {
    async add(permissions) {
      await engine.send((db) => db.insert(p).values([...permissions]));
    },
    findMany: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(p)
              .where(inArray(p.id, [...ids])),
          ),
    findByKeys: async (keys) =>
      keys.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(p)
              .where(inArray(p.key, [...keys])),
          ),
    all: () => engine.read((db) => db.select().from(p).orderBy(asc(p.key))),
    async list(page) {
      const { where, orderBy, limit } = keyset(p, page);
      const rows = await engine.read((db) =>
        db
          .select()
          .from(p)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count() {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(p));
      return row?.number ?? 0;
    },
    async idsAssigned(type) {
      const rows = await engine.read((db) => db.select({ id: p.id }).from(p).where(eq(p.assignmentType, type)));
      return rows.map(({ id }) => id);
    },
    rolesOf: async (permissionIds) =>
      permissionIds.length === 0
        ? []
        : engine.read((db) =>
            db
              .select({ permissionId: rp.permissionId, roleId: rp.roleId })
              .from(rp)
              .where(inArray(rp.permissionId, [...permissionIds]))
              .orderBy(asc(rp.roleId)),
          ),
    async update(id, change, now) {
      const changed = await engine.run((db) =>
        db
          .update(p)
          .set({ ...change, updatedAt: now })
          .where(eq(p.id, id))
          .returning({ id: p.id }),
      );
      return changed.length === 1;
    },
    async classify(ids, assignmentType, now) {
      await engine.send((db) =>
        db
          .update(p)
          .set({ assignmentType, updatedAt: now })
          .where(inArray(p.id, [...ids])),
      );
    },
    async remove(id) {
      const removed = await engine.run((db) => db.delete(p).where(eq(p.id, id)).returning({ id: p.id }));
      return removed.length === 1;
    },
    categories: () => engine.read((db) => db.select().from(c).orderBy(asc(c.name))),
    findCategories: async (ids) =>
      ids.length === 0
        ? []
        : engine.read((db) =>
            db
              .select()
              .from(c)
              .where(inArray(c.id, [...ids])),
          ),
    async addCategory(category) {
      const added = await engine.run((db) => db.insert(c).values(category).onConflictDoNothing({ target: c.name }).returning({ id: c.id }));
      return added.length === 1;
    },
    async categoryNamed(name) {
      const [row] = await engine.read((db) => db.select({ id: c.id }).from(c).where(eq(c.name, name)));
      return row?.id ?? null;
    },
    async updateCategory(id, change, now) {
      const changed = await engine.run((db) =>
        db
          .update(c)
          .set({ ...change, updatedAt: now })
          .where(eq(c.id, id))
          .returning({ id: c.id }),
      );
      return changed.length === 1;
    },
    async removeCategory(id) {
      const removed = await engine.run((db) => db.delete(c).where(eq(c.id, id)).returning({ id: c.id }));
      return removed.length === 1;
    },
  };
}
