import type { Column, DriverValueEncoder, GetColumnData, InferSelectModel, SQL } from 'drizzle-orm';
import { getTableColumns, sql } from 'drizzle-orm';
import type { AnySQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db } from './db.ts';

interface Preparable<T> {
  prepare(name: string): { execute(values?: Record<string, unknown>): PromiseLike<T> };
}

type Columns = Record<string, Column>;
type Placeholder<C extends Columns> = <K extends keyof C & string>(name: K) => SQL<GetColumnData<C[K]>>;
type Values<C extends Columns> = { [K in keyof C]: GetColumnData<C[K]> };

/**
 * Makes a query that is prepared once for each connection. Each parameter names a column, whose encoding its value gets.
 * Without it, Drizzle does not encode a placeholder in a comparison, so that a time or a flag makes SQLite throw.
 *
 * PostgreSQL knows the statement by `name`, which has to be unique in this folder. Statements are kept by `Db`, because a
 * statement runs on the connection it was prepared on: one of the pool would run outside the caller's transaction.
 */
export function statement<C extends Columns, T>(name: string, parameters: C, build: (db: Db, placeholder: Placeholder<C>) => Preparable<T>) {
  const placeholder: Placeholder<C> = (key) => sql`${sql.param(sql.placeholder(key), nullable(parameters[key]))}`;
  const compiled = new WeakMap<Db, ReturnType<Preparable<T>['prepare']>>();
  return (db: Db, values: Values<C>): PromiseLike<T> => {
    let query = compiled.get(db);
    if (query === undefined) {
      query = build(db, placeholder).prepare(name);
      compiled.set(db, query);
    }
    return query.execute(values);
  };
}

/**
 * Makes the statement that inserts a row with all its columns, prepared once for each connection. To build an insert takes Drizzle
 * longer than the database needs to run it.
 */
export function insertion<T extends AnySQLiteTable>(name: string, table: T): (db: Db, row: InferSelectModel<T>) => PromiseLike<unknown> {
  const columns = getTableColumns<AnySQLiteTable>(table);
  const insert = statement(name, columns, (db, $) =>
    db.insert<AnySQLiteTable>(table).values(Object.fromEntries(Object.keys(columns).map((column) => [column, $(column)]))),
  );
  // Drizzle does not type the columns of a table it does not know.
  return insert as (db: Db, row: Record<string, unknown>) => PromiseLike<unknown>;
}

/** The encoder of a column, which is not asked to encode null. */
const nullable = (column: Column | undefined): DriverValueEncoder<unknown, unknown> => ({
  mapToDriverValue: (value) => (value === null || column === undefined ? value : column.mapToDriverValue(value)),
});
