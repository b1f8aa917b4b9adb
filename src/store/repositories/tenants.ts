import { and, count, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm';
import type { TenantRepository } from '../../domain/directory/tenant.ts';
import { foldTenantId, namedTenant } from '../../domain/directory/tenant.ts';
import { statement } from '../statement.ts';
import type { Access } from './context.ts';
import { keyset, toPage } from './keyset.ts';

/** Makes the repository of tenants. */
export function tenantRepository({ engine, tables: { tenants: t } }: Access): TenantRepository {
  const { deletedAt: _, ...columns } = getTableColumns(t);
  const findAlike = statement('tenants.alike', { id: t.id }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(and(eq(sql`lower(${t.id})`, $('id')), isNull(t.deletedAt))),
  );
  /** Returns the tenants whose ids are the given one in any letter case. */
  const alike = (id: string) => engine.read((db) => findAlike(db, { id: foldTenantId(id) }));

  return {
    create: (tenant) =>
      engine.transact('NOTHING', async () => {
        if ((await alike(tenant.id)).length > 0) return false;
        const created = await engine.run((db) => db.insert(t).values(tenant).onConflictDoNothing().returning({ id: t.id }));
        return created.length === 1;
      }),
    async find(named) {
      const found = await alike(named);
      const id = namedTenant(
        named,
        found.map((tenant) => tenant.id),
      );
      return found.find((tenant) => tenant.id === id) ?? null;
    },
    async findMany(ids) {
      if (ids.length === 0) return [];
      return engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(and(inArray(t.id, [...ids]), isNull(t.deletedAt))),
      );
    },
    async list(page) {
      const { where, orderBy, limit } = keyset(t, page);
      const rows = await engine.read((db) =>
        db
          .select(columns)
          .from(t)
          .where(and(where, isNull(t.deletedAt)))
          .orderBy(...orderBy)
          .limit(limit),
      );
      return toPage(rows, page);
    },
    async count() {
      const [row] = await engine.read((db) => db.select({ number: count() }).from(t).where(isNull(t.deletedAt)));
      return row?.number ?? 0;
    },
  };
}
