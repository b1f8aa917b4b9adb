/** A place in a list ordered by (createdAt, id), stable under inserts. */
export interface Cursor {
  at: Date;
  id: string;
}

/** `forward` reads after the cursor in list order, `backward` reads before it; items always come in list order. */
export interface PageRequest {
  limit: number;
  direction: 'forward' | 'backward';
  cursor: Cursor | null;
}

export interface Page<T> {
  items: T[];
  /** More items exist beyond this page in the direction read. */
  hasMore: boolean;
}
