import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';

/** The part of Drizzle that repositories use. Both dialects return the same when it is awaited. */
export type Db = Pick<BetterSQLite3Database, 'select' | 'insert' | 'update' | 'delete'>;

/** One open database. Errors of the driver are converted by `toStoreError` before they are thrown. */
export interface Engine {
  /** The dialect, for the few methods whose SQL depends on it. */
  readonly dialect: 'sqlite' | 'postgres';
  /** Runs a statement that writes. Inside `transact` it belongs to the transaction. */
  run<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** Runs statements that only read. Inside `transact` they see what the transaction wrote. */
  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** Runs `work` in one transaction, as `Store.transact` describes. */
  transact<T>(work: () => Promise<T>): Promise<T>;
  /** Throws if the database cannot be reached or does not have exactly the migrations of this release. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
