import type { Column, SQL } from 'drizzle-orm';
import { asc, desc, sql } from 'drizzle-orm';
import type { Cursor, Page, PageRequest } from '../../domain/page.ts';

interface Keys {
  createdAt: Column;
  id: Column;
}

/** What a list is ordered by, the last of which no two rows share, and the values of the same that a cursor names. */
export interface Order<Place> {
  by: readonly SQL[];
  at(cursor: Cursor<Place>): readonly SQL[];
}

interface Clauses {
  where: SQL | undefined;
  orderBy: SQL[];
  limit: number;
}

/**
 * Returns the clauses that read one page in this order, or in the reverse of it. They read one more row, which tells whether more follow.
 * Rows are compared as a whole, because both databases begin at such a place of an index and read no row before it.
 */
export function keysetIn<Place>(order: Order<Place>, { cursor, direction, limit }: PageRequest<Place>, descending: boolean): Clauses {
  const ascending = (direction === 'forward') !== descending;
  const list = (parts: readonly SQL[]): SQL => sql`(${sql.join([...parts], sql`, `)})`;
  return {
    where: cursor === null ? undefined : sql`${list(order.by)} ${ascending ? sql`>` : sql`<`} ${list(order.at(cursor))}`,
    orderBy: order.by.map(ascending ? asc : desc),
    limit: limit + 1,
  };
}

/** Returns the clauses that read one page in the order of (createdAt, id). */
export const keyset = ({ createdAt, id }: Keys, page: PageRequest, listOrder: 'OLDEST_FIRST' | 'NEWEST_FIRST' = 'OLDEST_FIRST'): Clauses =>
  keysetIn(
    { by: [sql`${createdAt}`, sql`${id}`], at: (cursor) => [sql`${sql.param(cursor.at, createdAt)}`, sql`${cursor.id}`] },
    page,
    listOrder === 'NEWEST_FIRST',
  );

/** Makes the page from the rows that the clauses of `keyset` read. Its items are in list order. */
export function toPage<T>(rows: T[], { direction, limit }: PageRequest<unknown>): Page<T> {
  const items = rows.slice(0, limit);
  return { items: direction === 'forward' ? items : items.reverse(), hasMore: rows.length > limit };
}
