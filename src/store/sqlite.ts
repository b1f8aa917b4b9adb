import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { migrate } from 'drizzle-orm/better-sqlite3/migrator';
import { OwnError } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';
import type { Db, Engine } from './db.ts';
import { codeOf, isLocked, toStoreError } from './errors.ts';
import { createWriter } from './group-commit.ts';
import type { OnQuery } from './kit.ts';
import { casing, queryLogger } from './kit.ts';
import type { Migrations } from './migrations.ts';
import { migrationsOf, refuseNewer, requireCurrent } from './migrations.ts';
import { createPatience } from './patience.ts';
import { keepPrivate } from './private-file.ts';
import { createInside, withScope } from './scope.ts';
import { createSharedRead } from './shared-read.ts';
import { ownFile, startError } from './sqlite-file.ts';

/**
 * The settings of every connection, and the values they must read back as. better-sqlite3 would set `synchronous` to
 * NORMAL (1) for WAL files, which can lose acknowledged writes. It would also wait five seconds for a lock inside the statement,
 * where nothing else of the process can run; `createPatience` waits instead.
 */
const settings: Readonly<Record<string, { set: string; reads: string | number }>> = {
  synchronous: { set: 'FULL', reads: 2 },
  foreign_keys: { set: 'ON', reads: 1 },
  busy_timeout: { set: '0', reads: 0 },
  // In KiB. The default of 2 MB makes nearly every read of a large file a call to the operating system.
  cache_size: { set: '-16384', reads: -16_384 },
  trusted_schema: { set: 'OFF', reads: 0 },
};

/**
 * Opens, migrates and checks a SQLite database: a file, which is created with its folder if missing, or `:memory:`. Throws in words
 * if the file cannot be used, or if another server uses it.
 */
export async function openSqlite(path: string, log: Log, onQuery?: OnQuery): Promise<Engine> {
  const migrations = migrationsOf('sqlite');
  const file = path === ':memory:' ? null : await ownFile(path);
  try {
    if (file !== null) keepPrivate(file.path);
    const { writer, reader } = await openConnections(file?.path ?? null, migrations);
    return createEngine({ writer, reader, migrations, log, onQuery, closed: () => file?.release() });
  } catch (error) {
    file?.release();
    throw startError(file?.path ?? path, error);
  }
}

interface Connections {
  writer: Database.Database;
  /** Reads outside of transactions. Null for a database in memory, which a second connection cannot see. */
  reader: Database.Database | null;
}

interface Needs extends Connections {
  migrations: Migrations;
  log: Log;
  onQuery: OnQuery | undefined;
  /** Called after both connections were closed. */
  closed: () => void;
}

function createEngine({ writer, reader, migrations, log, onQuery, closed }: Needs): Engine {
  const writerDb: Db = drizzle(writer, { casing, ...queryLogger(onQuery) });
  const readerDb: Db | null = reader === null ? null : drizzle(reader, { casing, ...queryLogger(onQuery) });
  const inside = createInside();
  const shared = reader === null ? null : createSharedRead(reader);
  // What was committed has to be seen by every read that begins after it.
  const queue = createWriter(writer, log, { committed: () => shared?.end() });

  const run: Engine['run'] = (work) => {
    const scope = inside.getStore();
    return guarded(() => (scope === undefined ? queue.run(() => work(writerDb)) : scope.use(work)));
  };

  // The writer runs one transaction at a time, so every transaction has everything to itself.
  const transact: Engine['transact'] = (exclusive, work) => {
    const transaction = { db: writerDb, claim: async () => undefined, commit: async () => undefined, pipelined: false };
    return inside.getStore()?.join(exclusive, work) ?? guarded(() => queue.run(() => withScope(inside, transaction, log, work)));
  };

  return {
    dialect: 'sqlite',
    run,
    async send(work) {
      const scope = inside.getStore();
      if (scope === undefined) await run(work);
      else scope.send(work);
    },
    async read(work) {
      if (readerDb === null || inside.getStore() !== undefined) return run(work);
      try {
        shared?.join();
        return await work(readerDb);
      } catch (error) {
        // Only a file that another process has locked is worth a second try, and that is rare.
        if (isLocked(error)) return guarded(() => createPatience()(() => work(readerDb)));
        throw toStoreError(error);
      }
    },
    transact,
    atOnce: transact,
    ping: () => guarded(() => createPatience()(() => requireCurrent(newestApplied(reader ?? writer), migrations))),
    async close() {
      await queue.idle();
      shared?.end();
      reader?.close();
      writer.close();
      closed();
    },
  };
}

/** Opens the connections to a file, or with null to a database in memory, once no other process has it locked. */
function openConnections(file: string | null, migrations: Migrations): Promise<Connections> {
  return createPatience()(() => {
    const writer = new Database(file ?? ':memory:', { timeout: 0 });
    try {
      requireSetting(writer, 'journal_mode', 'WAL', file === null ? 'memory' : 'wal');
      configure(writer);
      bringUpToDate(writer, migrations);
      refuseReadOnly(writer);
      return { writer, reader: file === null ? null : openReader(file) };
    } catch (error) {
      writer.close();
      throw error;
    }
  });
}

/** Throws if the file or its folder cannot be written. SQLite opens such a file without a word, and the first user would find out. */
function refuseReadOnly(client: Database.Database): void {
  try {
    // This number is not used for anything; to set it is the smallest write there is.
    client.pragma('user_version = 0');
  } catch (error) {
    // On a full disk the server starts all the same, because reads work. `/ready` tells, and it recovers by itself.
    if (codeOf(error) !== 'SQLITE_FULL') throw error;
  }
}

function bringUpToDate(client: Database.Database, migrations: Migrations): void {
  refuseNewer(newestApplied(client), migrations);
  // A migration that rebuilds a table drops the old one. With foreign keys on, that would delete every row that refers to it.
  client.pragma('foreign_keys = OFF');
  migrate(drizzle(client), { migrationsFolder: migrations.folder });
  const broken = client.pragma('foreign_key_check');
  if (Array.isArray(broken) && broken.length > 0) throw new OwnError('After the migration some rows refer to rows that do not exist.');
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
  const reader = new Database(path, { readonly: true, fileMustExist: true, timeout: 0 });
  try {
    configure(reader);
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

function configure(client: Database.Database): void {
  for (const [name, { set, reads }] of Object.entries(settings)) requireSetting(client, name, set, reads);
}

function requireSetting(client: Database.Database, name: string, set: string, reads: string | number): void {
  client.pragma(`${name} = ${set}`);
  const value = client.pragma(name, { simple: true });
  if (value !== reads) throw new OwnError(`SQLite reports ${name} = ${String(value)} after it was set to ${set}. It is not safe to continue.`);
}

function newestApplied(client: Database.Database): number | null {
  const table = client.prepare("select 1 from sqlite_master where type = 'table' and name = '__drizzle_migrations'").get();
  if (table === undefined) return null;
  const newest: unknown = client.prepare('select max(created_at) from __drizzle_migrations').pluck().get();
  return typeof newest === 'number' ? newest : null;
}
