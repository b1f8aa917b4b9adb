import type { Log } from '../domain/ports.ts';
import type { Access } from './repositories/context.ts';
import { tables as sqliteTables } from './schema.sqlite.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Tables that keep their rows, so that clients log in as before and what they sealed can be opened. */
const kept: readonly (keyof Tables)[] = ['environments', 'environmentSecrets', 'hostedLogin', 'retainedKeys', 'signingKeys', 'writeProbes'];

/** Makes the function that `Store.empty` describes. */
export const createEmpty =
  ({ engine, tables }: Access, log: Log) =>
  async (): Promise<void> => {
    // The built-in rows are written by migrations, so a new database is asked for them. The smallest one is in memory.
    const fresh = await openSqlite(':memory:', log);
    try {
      await engine.transact('SETTINGS', async () => {
        // A table is defined after those that its rows refer to, so its rows go before those.
        for (const name of (Object.keys(tables) as (keyof Tables)[]).reverse()) {
          if (!kept.includes(name)) await engine.run((db) => db.delete(tables[name]));
        }
        const { permissionCategories: c, permissions: p, roles: r, rolePermissions: rp } = sqliteTables;
        const [categories, permissions, roles, pairs] = await Promise.all([
          fresh.read((db) => db.select().from(c)),
          fresh.read((db) => db.select().from(p)),
          fresh.read((db) => db.select().from(r)),
          fresh.read((db) => db.select().from(rp)),
        ]);
        await engine.run((db) => db.insert(tables.permissionCategories).values(categories));
        await engine.run((db) => db.insert(tables.permissions).values(permissions));
        await engine.run((db) => db.insert(tables.roles).values(roles));
        await engine.run((db) => db.insert(tables.rolePermissions).values(pairs));
      });
    } finally {
      await fresh.close();
    }
  };
