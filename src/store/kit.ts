import { drizzle } from 'drizzle-orm/node-postgres';
import * as p from 'drizzle-orm/pg-core';
import * as s from 'drizzle-orm/sqlite-core';
import type { Client, Pool, PoolClient } from 'pg';
import type { Db } from './db.ts';

/** The form of names in both databases: `createdAt` in the code is `created_at` in the database. */
export const casing = 'snake_case';

const sqliteBytes = s.customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'blob',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

const pgBytes = p.customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/** The column types and helpers that tables are defined with, for SQLite. */
export const sqliteKit = {
  table: s.sqliteTable,
  id: () => s.text().primaryKey(),
  string: () => s.text(),
  oneOf: <const V extends [string, ...string[]]>(values: V) => s.text({ enum: values }),
  instant: () => s.integer({ mode: 'timestamp_ms' }),
  flag: () => s.integer({ mode: 'boolean' }),
  integer: () => s.integer(),
  counter: (column = '') => s.integer(column),
  bytes: () => sqliteBytes(),
  json: <T>() => s.text({ mode: 'json' }).$type<T>(),
  primaryKey: s.primaryKey,
  index: s.index,
  uniqueIndex: s.uniqueIndex,
  check: s.check,
};

/** What tables are defined with, in either dialect. */
export type Kit = typeof sqliteKit;

/** The same helpers for PostgreSQL, with their true types. `integer` has only 32 bits there, so larger numbers are `counter`. */
export const honestPgKit = {
  table: p.pgTable,
  id: () => p.text().primaryKey(),
  string: () => p.text(),
  oneOf: <const V extends [string, ...string[]]>(values: V) => p.text({ enum: values }),
  instant: () => p.timestamp({ mode: 'date', withTimezone: true, precision: 3 }),
  flag: () => p.boolean(),
  integer: () => p.integer(),
  counter: (column = '') => p.bigint(column, { mode: 'number' }),
  bytes: () => pgBytes(),
  json: <T>() => p.jsonb().$type<T>(),
  primaryKey: p.primaryKey,
  index: p.index,
  uniqueIndex: p.uniqueIndex,
  check: p.check,
};

/** The PostgreSQL helpers under the types of SQLite, because Drizzle has no common type for tables. `parity` checks that the cast is safe. */
export const pgKit = honestPgKit as unknown as Kit;

/** Makes the Drizzle database for a PostgreSQL client, under the same type as for SQLite. */
export const pgDb = (client: Pool | PoolClient | Client, onQuery?: OnQuery): Db =>
  drizzle(client, { casing, ...queryLogger(onQuery) }) as unknown as Db;

/** Called with the text of every statement, but never with its values. */
export type OnQuery = (sql: string) => void;

/** Returns the Drizzle option that calls `onQuery`. */
export const queryLogger = (onQuery: OnQuery | undefined) => (onQuery === undefined ? {} : { logger: { logQuery: (sql: string) => onQuery(sql) } });

type DataOf<B> = B extends { _: { data: infer D } } ? D : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Word = Exclude<keyof Kit, 'table' | 'primaryKey' | 'index' | 'uniqueIndex' | 'check' | 'oneOf' | 'json'>;
type Mismatch = { [W in Word]: Same<DataOf<ReturnType<Kit[W]>>, DataOf<ReturnType<(typeof honestPgKit)[W]>>> extends true ? never : W }[Word];

/** @public Does not compile if a helper has a different data type in one of the dialects. The compiler names the helper. */
export const parity: [Mismatch] extends [never] ? true : { differs: Mismatch } = true;
