import { count, inArray } from 'drizzle-orm';
import type { TenantRepository } from '../../domain/directory/tenant.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of tenants. */
export function tenantRepository({ engine, tables: { tenants: t } }: Access): TenantRepository {
  return {
    async create(tenant) {
      const created = await engine.run((db) => db.insert(t).values(tenant).onConflictDoNothing().returning({ id: t.id }));
      return created.length === 1;
    },
    async findMany(ids) {
      if (ids.length === 0) return [];
      return engine.read((db) =>
        db
          .select()
          .from(t)
          .where(inArray(t.id, [...ids])),
      );
    },
    async list(page) {
      const { where, orderBy, limit } = keyset(t, page);
      const rows = await engine.read((db) =>
        db
          .select()
          .from(t)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count() {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(t));
      return row?.number ?? 0;
    },
  };
}
