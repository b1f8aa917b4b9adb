/** A position in a list that is ordered by (at, id). It stays valid when items are added. Most lists are ordered by the time of creation. */
export interface Cursor<Place = Date> {
  at: Place;
  id: string;
}

/**
 * Which part of a list to read: `forward` reads the items after the cursor, `backward` those before it. Without a cursor,
 * reading starts at that end of the list. Items are always returned in list order.
 */
export interface PageRequest<Place = Date> {
  limit: number;
  direction: 'forward' | 'backward';
  cursor: Cursor<Place> | null;
}

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** True if there are more items beyond this page in the direction it was read. */
  hasMore: boolean;
}
