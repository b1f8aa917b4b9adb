import { drizzle } from 'drizzle-orm/node-postgres';
import * as p from 'drizzle-orm/pg-core';
import * as s from 'drizzle-orm/sqlite-core';
import type { Client, Pool, PoolClient } from 'pg';
import type { Db } from './db.ts';

/** How both dialects spell names: `createdAt` in the code is `created_at` in the database. */
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

/** The words tables are written in, for SQLite. */
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

export type Kit = typeof sqliteKit;

/** The same words for PostgreSQL, under their own types. `integer` holds 32 bits there: instants and steps are `counter`. */
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

/** Drizzle has no table type common to dialects: this is the one lie of the code base, and `parity` below keeps it honest. */
export const pgKit = honestPgKit as unknown as Kit;

/** The other half of the same lie: the database that takes such tables. */
export const pgDb = (client: Pool | PoolClient | Client, onQuery?: OnQuery): Db => drizzle(client, { casing, ...told(onQuery) }) as unknown as Db;

/** Told the text of every statement, never its values. */
export type OnQuery = (sql: string) => void;

/** Drizzle's option for it. */
export const told = (onQuery: OnQuery | undefined) => (onQuery === undefined ? {} : { logger: { logQuery: (sql: string) => onQuery(sql) } });

type DataOf<B> = B extends { _: { data: infer D } } ? D : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Word = Exclude<keyof Kit, 'table' | 'primaryKey' | 'index' | 'uniqueIndex' | 'check' | 'oneOf' | 'json'>;
type Mismatch = { [W in Word]: Same<DataOf<ReturnType<Kit[W]>>, DataOf<ReturnType<(typeof honestPgKit)[W]>>> extends true ? never : W }[Word];

/** @public Does not compile when a word holds another data type on one of the dialects; says which. */
export const parity: [Mismatch] extends [never] ? true : { differs: Mismatch } = true;
