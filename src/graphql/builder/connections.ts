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

/** How the cursors of a list are written. */
export interface CursorForm<Place> {
  write(cursor: Cursor<Place>): string;
  /** Null if it is no cursor of such a list. */
  read(text: string): Cursor<Place> | null;
}

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');
const decoded = (text: string): string => Buffer.from(text, 'base64url').toString('utf8');

/** The cursors of a list that is ordered by times. */
export const byTime: CursorForm<Date> = {
  write: ({ at, id }) => encoded(`${at.getTime()}:${id}`),
  read(text) {
    const [, milliseconds = '', id = ''] = /^(\d{1,15}):(.+)$/s.exec(decoded(text)) ?? [];
    const at = new Date(Number(milliseconds));
    return id === '' || at > latest ? null : { at, id };
  },
};

/** The cursors of a list that is ordered by texts. They name the order, because a place in one order is none in another. */
export const byText = (order: string): CursorForm<string> => ({
  write: ({ at, id }) => encoded(`${order} ${encoded(at)} ${id}`),
  read(text) {
    const [named, at = '', ...rest] = decoded(text).split(' ');
    const cursor = { at: decoded(at), id: rest.join(' ') };
    return named !== order || cursor.id === '' || `${cursor.at}${cursor.id}`.includes('\0') ? null : cursor;
  },
});

/** Reads the arguments of a connection that is ordered by creation. */
export const pageRequest = (args: PageArguments): PageRequest => pageRequestIn(args, byTime);

/** Reads the arguments of a connection: forward with `first` and `after`, backward with `last` and `before`. Other combinations are refused. */
export function pageRequestIn<Place>({ first, after, last, before }: PageArguments, form: CursorForm<Place>): PageRequest<Place> {
  if (last == null) {
    if (before != null) refuse('`before` goes with `last`.');
    return { limit: sizeOf('first', first ?? defaultPageSize), direction: 'forward', cursor: cursorOf(after, form) };
  }
  if (first != null || after != null) refuse('Give `first` and `after`, or `last` and `before`.');
  return { limit: sizeOf('last', last), direction: 'backward', cursor: cursorOf(before, form) };
}

/** Makes a connection from a page of things ordered by their creation. */
export const connectionOf = <T extends { id: string; createdAt: Date }>(page: Page<T>, request: PageRequest) =>
  connectionBy(page, request, ({ id, createdAt }) => ({ at: createdAt, id }));

/** Makes a connection from a page of things ordered by times, which `placeOf` reads from them. */
export const connectionBy = <T>(page: Page<T>, request: PageRequest, placeOf: (item: T) => Cursor) => connectionIn(page, request, placeOf, byTime);

/** Makes a connection from a page of things ordered by what `placeOf` reads from them. */
export function connectionIn<T, Place>(
  { items, hasMore }: Page<T>,
  { direction, cursor }: PageRequest<Place>,
  placeOf: (item: T) => Cursor<Place>,
  form: CursorForm<Place>,
) {
  const edges = items.map((node) => ({ node, cursor: form.write(placeOf(node)) }));
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

function cursorOf<Place>(text: string | null | undefined, form: CursorForm<Place>): Cursor<Place> | null {
  if (text == null) return null;
  const cursor = form.read(text);
  return cursor === null || form.write(cursor) !== text ? refuse('The cursor is none of this list.') : cursor;
}

const sizeOf = (name: string, size: number): number => (size >= 1 && size <= maxPageSize ? size : refuse(`\`${name}\` must be 1 to ${maxPageSize}.`));
