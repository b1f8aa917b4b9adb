import * as p from 'drizzle-orm/pg-core';
import type { Kit } from './kit.ts';
import { epoch, newId } from './kit.ts';

const pgBytes = p.customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/**
 * The column types and helpers that tables are defined with, for PostgreSQL, with their true types. `integer` has only 32 bits there, so
 * larger numbers are `counter`.
 */
export const honestPgKit = {
  table: p.pgTable,
  id: () => p.text().primaryKey(),
  string: () => p.text(),
  oneOf: <const V extends [string, ...string[]]>(values: V) => p.text({ enum: values }),
  instant: () => p.timestamp({ mode: 'date', withTimezone: true, precision: 3 }),
  flag: () => p.boolean(),
  integer: () => p.integer(),
  counter: (column = '') => p.bigint(column, { mode: 'number' }),
  epoch: epoch.postgres,
  newId: newId.postgres,
  bytes: () => pgBytes(),
  json: <T>() => p.jsonb().$type<T>(),
  primaryKey: p.primaryKey,
  foreignKey: p.foreignKey,
  index: p.index,
  uniqueIndex: p.uniqueIndex,
  check: p.check,
};

/** The PostgreSQL helpers under the types of SQLite, because Drizzle has no common type for tables. `parity` checks that the cast is safe. */
export const pgKit = honestPgKit as unknown as Kit;

type DataOf<B> = B extends { _: { data: infer D } } ? D : never;
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Word = Exclude<keyof Kit, 'table' | 'primaryKey' | 'foreignKey' | 'index' | 'uniqueIndex' | 'check' | 'oneOf' | 'json' | 'epoch' | 'newId'>;
type Mismatch = { [W in Word]: Same<DataOf<ReturnType<Kit[W]>>, DataOf<ReturnType<(typeof honestPgKit)[W]>>> extends true ? never : W }[Word];

/** @public Does not compile if a helper has a different data type in one of the dialects. The compiler names the helper. */
export const parity: [Mismatch] extends [never] ? true : { differs: Mismatch } = true;
