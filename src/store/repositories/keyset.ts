import type { Column, SQL } from 'drizzle-orm';
import { and, asc, desc, eq, gt, lt, or } from 'drizzle-orm';
import type { Page, PageRequest } from '../../domain/page.ts';

interface Keys {
  createdAt: Column;
  id: Column;
}

/** Returns the clauses that read one page in the order of (createdAt, id). They read one more row, which tells whether more follow. */
export function keyset(
  { createdAt, id }: Keys,
  { cursor, direction, limit }: PageRequest,
  listOrder: 'OLDEST_FIRST' | 'NEWEST_FIRST' = 'OLDEST_FIRST',
): { where: SQL | undefined; orderBy: SQL[]; limit: number } {
  const [beyond, order] = (direction === 'forward') === (listOrder === 'OLDEST_FIRST') ? [gt, asc] : [lt, desc];
  return {
    where: cursor === null ? undefined : or(beyond(createdAt, cursor.at), and(eq(createdAt, cursor.at), beyond(id, cursor.id))),
    orderBy: [order(createdAt), order(id)],
    limit: limit + 1,
  };
}

/** Makes the page from the rows that the clauses of `keyset` read. Its items are in list order. */
export function toPage<T>(rows: T[], { direction, limit }: PageRequest): Page<T> {
  const items = rows.slice(0, limit);
  return { items: direction === 'forward' ? items : items.reverse(), hasMore: rows.length > limit };
}
