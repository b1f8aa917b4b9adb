import { sql } from 'drizzle-orm';
import * as s from 'drizzle-orm/sqlite-core';

/** The form of names in both databases: `createdAt` in the code is `created_at` in the database. */
export const casing = 'snake_case';

/** The beginning of time in the form of an `instant`, where an expression has to hold a time and not null. */
export const epoch = { sqlite: sql`0`, postgres: sql`to_timestamp(0)` } as const;

/** Makes a new id in the database, for rows that a statement makes of other rows. Nobody must be able to use such an id as a secret. */
export const newId = { sqlite: sql`(lower(hex(randomblob(16))))`, postgres: sql`gen_random_uuid()::text` } as const;

const sqliteBytes = s.customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'blob',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/**
 * The column types and helpers that tables are defined with, for SQLite. Those for PostgreSQL are in `postgres-kit.ts`, which is loaded only
 * where the database is PostgreSQL.
 */
export const sqliteKit = {
  table: s.sqliteTable,
  id: () => s.text().primaryKey(),
  string: () => s.text(),
  oneOf: <const V extends [string, ...string[]]>(values: V) => s.text({ enum: values }),
  instant: () => s.integer({ mode: 'timestamp_ms' }),
  flag: () => s.integer({ mode: 'boolean' }),
  integer: () => s.integer(),
  counter: (column = '') => s.integer(column),
  epoch: epoch.sqlite,
  newId: newId.sqlite,
  bytes: () => sqliteBytes(),
  json: <T>() => s.text({ mode: 'json' }).$type<T>(),
  primaryKey: s.primaryKey,
  foreignKey: s.foreignKey,
  index: s.index,
  uniqueIndex: s.uniqueIndex,
  check: s.check,
};

/** What tables are defined with, in either dialect. */
export type Kit = typeof sqliteKit;

/** Called with the text of every statement, but never with its values. */
export type OnQuery = (sql: string) => void;

/** Returns the Drizzle option that calls `onQuery`. */
export const queryLogger = (onQuery: OnQuery | undefined) => (onQuery === undefined ? {} : { logger: { logQuery: (sql: string) => onQuery(sql) } });
