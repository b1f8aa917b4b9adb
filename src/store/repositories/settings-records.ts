import type { InferSelectModel } from 'drizzle-orm';
import { eq, getTableColumns, inArray, isNotNull, or } from 'drizzle-orm';
import type { AnySQLiteColumn, AnySQLiteTable } from 'drizzle-orm/sqlite-core';
import type { SettingsOwner } from '../../domain/policy/policy.ts';
import type { Engine } from '../db.ts';
import { statement } from '../statement.ts';
import { ownerKey } from './owner-key.ts';

/** A table with one row for each owner of settings. */
type SettingsTable = AnySQLiteTable & { id: AnySQLiteColumn; owner: AnySQLiteColumn; tenantId: AnySQLiteColumn; updatedAt: AnySQLiteColumn };

/** A row as the domain knows it: the tenant alone says whose it is. */
type Stored<T extends SettingsTable> = Omit<InferSelectModel<T>, 'owner'> & { tenantId: SettingsOwner };

/**
 * Reads and writes the rows of a settings table. The names of its statements begin with `name`. Drizzle does not type what it reads from a
 * table it does not know, so the rows are cast here; the repository that is made of these functions is checked against the columns of its
 * table.
 */
export function settingsRecords<T extends SettingsTable>(engine: Engine, table: T, name: string) {
  const t: SettingsTable = table;
  const { owner: _, ...columns } = getTableColumns(t);
  // Whoever reads one record pays for one: SQLite makes a temporary table for two values.
  const findOne = statement(`${name}.find_one`, { owner: t.owner }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(eq(t.owner, $('owner'))),
  );
  // A login reads the settings of the environment and of one tenant.
  const findTwo = statement(`${name}.find_two`, { one: t.owner, other: t.owner }, (db, $) =>
    db
      .select(columns)
      .from(t)
      .where(or(eq(t.owner, $('one')), eq(t.owner, $('other')))),
  );
  return {
    async findMany(owners: readonly SettingsOwner[]): Promise<Stored<T>[]> {
      const keys = owners.map(ownerKey);
      const [one, other, ...more] = keys;
      if (one === undefined) return [];
      const rows = await engine.read((db) => {
        if (other === undefined) return findOne(db, { owner: one });
        if (more.length === 0) return findTwo(db, { one, other });
        return db.select(columns).from(t).where(inArray(t.owner, keys));
      });
      return rows as unknown as Stored<T>[];
    },
    async tenantIds(limit: number): Promise<string[]> {
      const rows = await engine.read((db) => db.select({ tenantId: t.tenantId }).from(t).where(isNotNull(t.tenantId)).limit(limit));
      return rows.map(({ tenantId }) => String(tenantId));
    },
    async create(record: Stored<T>): Promise<boolean> {
      const row = { ...record, owner: ownerKey(record.tenantId) };
      const created = await engine.run((db) => db.insert(t).values(row).onConflictDoNothing({ target: t.owner }).returning({ id: t.id }));
      return created.length === 1;
    },
    async update(owner: SettingsOwner, change: Partial<Stored<T>>, now: Date): Promise<Stored<T> | null> {
      const [row] = await engine.run((db) =>
        db
          .update(t)
          .set({ ...change, updatedAt: now })
          .where(eq(t.owner, ownerKey(owner)))
          .returning(columns),
      );
      return (row as Stored<T> | undefined) ?? null;
    },
    async removeAllOfTenant(tenantId: string): Promise<void> {
      await engine.send((db) => db.delete(t).where(eq(t.owner, ownerKey(tenantId))));
    },
  };
}
