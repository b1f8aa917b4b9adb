import type { Column, SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import type { Engine } from '../db.ts';

/** Returns a column with all ids that belong to a row, sorted. `rest` is the FROM and WHERE that find them. It saves a statement of its own. */
export function idsIn(dialect: Engine['dialect'], id: Column, rest: SQL): SQL<string[]> {
  const asArray = dialect === 'sqlite' ? sql`json_group_array` : sql`json_agg`;
  return sql`(select coalesce(${asArray}(${id}), '[]') ${rest})`.mapWith((ids: string | string[]): string[] =>
    (typeof ids === 'string' ? (JSON.parse(ids) as string[]) : ids).sort(),
  );
}
