import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';

/** All of Drizzle that repositories see: what both dialects answer alike when awaited. */
export type Db = Pick<BetterSQLite3Database, 'select' | 'insert' | 'update' | 'delete'>;

/** One database. Every error that leaves it went through `toStoreError`. */
export interface Engine {
  /** For the rare method that is written in the words of one dialect. */
  readonly dialect: 'sqlite' | 'postgres';
  /** A statement that writes. Inside `transact` it takes part. */
  run<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** Statements that only read. Inside `transact` they see what it wrote. */
  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** All or nothing; `work` may run more than once. A nested call joins the outer one. */
  transact<T>(work: () => Promise<T>): Promise<T>;
  /** Throws when the database cannot be reached or is not at this release's migration. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
