import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Exclusive } from '../domain/store.ts';

/** The part of Drizzle that repositories use. Both dialects return the same when it is awaited. */
export type Db = Pick<BetterSQLite3Database, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'>;

/** One open database. Errors of the driver are converted by `toStoreError` before they are thrown. */
export interface Engine {
  /** The dialect, for the few methods whose SQL depends on it. */
  readonly dialect: 'sqlite' | 'postgres';
  /** Runs a statement that writes. Inside `transact` it belongs to the transaction. */
  run<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /**
   * Runs a statement that writes and whose answer decides nothing. Inside `transact` it returns before the statement was executed,
   * which saves a round trip. Statements of a transaction run in the order of their calls, and if one fails, none is committed.
   */
  send(work: (db: Db) => PromiseLike<unknown>): Promise<void>;
  /** Runs statements that only read. Inside `transact` they see what the transaction wrote. */
  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** Runs `work` in one transaction, as `Store.transact` describes. */
  transact<T>(exclusive: Exclusive, work: () => Promise<T>): Promise<T>;
  /** Runs statements in one transaction and one round trip, as `Store.atOnce` describes. */
  atOnce<T>(exclusive: Exclusive, work: () => Promise<T>): Promise<T>;
  /** Throws if the database cannot be reached or does not have exactly the migrations of this release. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
