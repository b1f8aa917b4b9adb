import type { Column, GetColumnData, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { Db } from './db.ts';

interface Preparable<T> {
  prepare(name: string): { execute(values?: Record<string, unknown>): PromiseLike<T> };
}

type Columns = Record<string, Column>;
type Placeholder<C extends Columns> = <K extends keyof C & string>(name: K) => SQL<GetColumnData<C[K]>>;
type Values<C extends Columns> = { [K in keyof C]: NonNullable<GetColumnData<C[K]>> };

/**
 * A query compiled once a connection. Each parameter names the column whose encoding it takes: a bare placeholder in a
 * comparison is not encoded, so that an instant or a flag makes SQLite throw while PostgreSQL works.
 *
 * `name` is what PostgreSQL knows the statement by, unique in this folder. The map is by `Db` because a statement belongs
 * to the connection it was built on: built on the pool it would run outside the caller's transaction.
 */
export function statement<C extends Columns, T>(name: string, parameters: C, build: (db: Db, placeholder: Placeholder<C>) => Preparable<T>) {
  const placeholder: Placeholder<C> = (key) => sql`${sql.param(sql.placeholder(key), parameters[key])}`;
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
