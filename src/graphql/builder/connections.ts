import type { Cursor, Page, PageRequest } from '../../domain/page.ts';
import { refuse } from './bad-request.ts';

/** How many items a page has when neither `first` nor `last` is given. */
export const defaultPageSize = 20;
/** The most items a page may have. */
export const maxPageSize = 100;
/** The latest time a cursor may name. PostgreSQL does not read later ones in the form they are sent. */
const latest = new Date('9999-12-31T23:59:59.999Z');

interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** Reads the arguments of a connection: forward with `first` and `after`, backward with `last` and `before`. Other combinations are refused. */
export function pageRequest({ first, after, last, before }: PageArguments): PageRequest {
  if (last == null) {
    if (before != null) refuse('`before` goes with `last`.');
    return { limit: sizeOf('first', first ?? defaultPageSize), direction: 'forward', cursor: cursorOf(after) };
  }
  if (first != null || after != null) refuse('Give `first` and `after`, or `last` and `before`.');
  return { limit: sizeOf('last', last), direction: 'backward', cursor: cursorOf(before) };
}

/** Makes a connection from a page of things ordered by their creation. */
export const connectionOf = <T extends { id: string; createdAt: Date }>(page: Page<T>, request: PageRequest) =>
  connectionBy(page, request, ({ id, createdAt }) => ({ at: createdAt, id }));

/** Makes a connection from a page of things ordered by what `placeOf` reads from them. */
export function connectionBy<T>({ items, hasMore }: Page<T>, { direction, cursor }: PageRequest, placeOf: (item: T) => Cursor) {
  const edges = items.map((node) => ({ node, cursor: encode(placeOf(node)) }));
  // A cursor was given, so at least one item exists on its far side.
  const cameFromSomewhere = cursor !== null;
  return {
    edges,
    pageInfo: {
      hasNextPage: direction === 'forward' ? hasMore : cameFromSomewhere,
      hasPreviousPage: direction === 'forward' ? cameFromSomewhere : hasMore,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

const encode = ({ at, id }: Cursor): string => Buffer.from(`${at.getTime()}:${id}`, 'utf8').toString('base64url');

function cursorOf(text: string | null | undefined): Cursor | null {
  if (text == null) return null;
  const [, milliseconds = '', id = ''] = /^(\d{1,15}):(.+)$/s.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  const cursor = { at: new Date(Number(milliseconds)), id };
  return id === '' || cursor.at > latest || encode(cursor) !== text ? refuse('The cursor is none of this list.') : cursor;
}

const sizeOf = (name: string, size: number): number => (size >= 1 && size <= maxPageSize ? size : refuse(`\`${name}\` must be 1 to ${maxPageSize}.`));
