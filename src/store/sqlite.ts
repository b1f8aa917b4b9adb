import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import type { Log } from '../domain/ports.ts';
import type { Db, Engine } from './db.ts';
import { toStoreError } from './errors.ts';
import type { OnQuery } from './kit.ts';
import { casing, queryLogger } from './kit.ts';
import type { Migrations } from './migrations.ts';
import { migrationsOf, refuseNewer, requireCurrent } from './migrations.ts';
import { createQueue } from './queue.ts';
import { createInside, withScope } from './scope.ts';

/**
 * The settings of every connection, and the values they must read back as. better-sqlite3 would set `synchronous` to
 * NORMAL (1) for WAL files, which can lose acknowledged writes.
 */
const settings: Readonly<Record<string, { set: string; reads: string | number }>> = {
  synchronous: { set: 'FULL', reads: 2 },
  foreign_keys: { set: 'ON', reads: 1 },
  busy_timeout: { set: '5000', reads: 5000 },
  trusted_schema: { set: 'OFF', reads: 0 },
};

/**
 * Opens, migrates and checks a SQLite database: a file, which is created with its folder if missing, or `:memory:`. Only
 * one process at a time may use the file.
 */
export function openSqlite(path: string, log: Log, onQuery?: OnQuery): Engine {
  const inMemory = path === ':memory:';
  const migrations = migrationsOf('sqlite');
  if (!inMemory) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const writer = new Database(path);
  try {
    requireSetting(writer, 'journal_mode', 'WAL', inMemory ? 'memory' : 'wal');
    configure(writer);
    bringUpToDate(writer, migrations);
  } catch (error) {
    writer.close();
    throw error;
  }
  const reader = inMemory ? null : openReader(path);
  const writerDb: Db = drizzle(writer, { casing, ...queryLogger(onQuery) });
  const readerDb: Db | null = reader === null ? null : drizzle(reader, { casing, ...queryLogger(onQuery) });
  const queued = createQueue();
  const inside = createInside();

  async function transaction<T>(work: () => Promise<T>): Promise<T> {
    // No other statement can reach the writer while the transaction is open, because all of them go through the queue.
    writer.exec('BEGIN IMMEDIATE');
    const commit = async (): Promise<void> => void writer.exec('COMMIT');
    try {
      return await withScope(inside, { db: writerDb, claim: async () => undefined, commit, pipelined: false }, log, work);
    } catch (error) {
      if (writer.inTransaction) writer.exec('ROLLBACK');
      throw error;
    }
  }

  const run: Engine['run'] = (work) => guarded(() => inside.getStore()?.use(work) ?? queued(async () => work(writerDb)));

  return {
    dialect: 'sqlite',
    run,
    async send(work) {
      const scope = inside.getStore();
      if (scope === undefined) await run(work);
      else scope.send(work);
    },
    read: (work) => (readerDb === null || inside.getStore() !== undefined ? run(work) : guarded(async () => work(readerDb))),
    // The queue runs one transaction at a time, so every transaction has everything to itself.
    transact: (exclusive, work) => inside.getStore()?.join(exclusive, work) ?? guarded(() => queued(() => transaction(work))),
    ping: () => guarded(async () => requireCurrent(newestApplied(reader ?? writer), migrations)),
    close: () =>
      queued(async () => {
        reader?.close();
        writer.close();
      }),
  };
}

function bringUpToDate(client: Database.Database, migrations: Migrations): void {
  refuseNewer(newestApplied(client), migrations);
  // A migration that rebuilds a table drops the old one. With foreign keys on, that would delete every row that refers to it.
  client.pragma('foreign_keys = OFF');
  migrate(drizzle(client), { migrationsFolder: migrations.folder });
  const broken = client.pragma('foreign_key_check');
  if (Array.isArray(broken) && broken.length > 0) throw new Error('After the migration some rows refer to rows that do not exist.');
  requireSetting(client, 'foreign_keys', 'ON', 1);
}

async function guarded<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

function openReader(path: string): Database.Database {
  const reader = new Database(path, { readonly: true, fileMustExist: true });
  configure(reader);
  return reader;
}

function configure(client: Database.Database): void {
  for (const [name, { set, reads }] of Object.entries(settings)) requireSetting(client, name, set, reads);
}

function requireSetting(client: Database.Database, name: string, set: string, reads: string | number): void {
  client.pragma(`${name} = ${set}`);
  const value = client.pragma(name, { simple: true });
  if (value !== reads) throw new Error(`SQLite reports ${name} = ${String(value)} after it was set to ${set}. It is not safe to continue.`);
}

function newestApplied(client: Database.Database): number | null {
  const table = client.prepare("select 1 from sqlite_master where type = 'table' and name = '__drizzle_migrations'").get();
  if (table === undefined) return null;
  const newest: unknown = client.prepare('select max(created_at) from __drizzle_migrations').pluck().get();
  return typeof newest === 'number' ? newest : null;
}
