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

/** How a list writes the places of its items into cursors. */
export interface CursorForm<Place> {
  write(cursor: Cursor<Place>): string;
  /** Returns the place that a cursor of this list names. Null for any other text. */
  read(text: string): Cursor<Place> | null;
}

/** Cursors of lists in the order of the time. */
export const byTime: CursorForm<Date> = {
  write: ({ at, id }) => Buffer.from(`${at.getTime()}:${id}`, 'utf8').toString('base64url'),
  read(text) {
    const [, milliseconds = '', id = ''] = /^(\d{1,15}):(.+)$/s.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
    const cursor = { at: new Date(Number(milliseconds)), id };
    return id === '' || cursor.at > latest || byTime.write(cursor) !== text ? null : cursor;
  },
};

/**
 * Makes the form of the cursors of one order of a list. They contain its name, because the place in one order is none in another. The values
 * that the items are ordered by are times, or texts, and with `empty` there can be none.
 */
export function cursorsIn(order: string, values: 'TIME' | 'TEXT', { empty = false } = {}): CursorForm<Date | string | null> {
  const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= latest.getTime();
  const placeOf = (value: unknown): Date | string | null | undefined => {
    if (value === null && empty) return null;
    if (values === 'TIME') return isTime(value) ? new Date(value) : undefined;
    return typeof value === 'string' && !value.includes('\0') ? value : undefined;
  };
  const form: CursorForm<Date | string | null> = {
    write: ({ at, id }) => Buffer.from(JSON.stringify([order, at instanceof Date ? at.getTime() : at, id]), 'utf8').toString('base64url'),
    read(text) {
      const parts = arrayIn(Buffer.from(text, 'base64url').toString('utf8'));
      const [, value, id] = parts ?? [];
      const at = placeOf(value);
      if (at === undefined || typeof id !== 'string' || id === '' || id.includes('\0')) return null;
      // A cursor of another order, or one with anything else in it, is written differently.
      return form.write({ at, id }) === text ? { at, id } : null;
    },
  };
  return form;
}

/** Cursors of lists in the order of a number that no two items share. */
export const byNumber: CursorForm<number> = {
  write: ({ at, id }) => Buffer.from(`#${at}:${id}`, 'utf8').toString('base64url'),
  read(text) {
    const [, digits = '', id = ''] = /^#(\d{1,9}):([^\0]+)$/s.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
    const cursor = { at: Number(digits), id };
    return id === '' || byNumber.write(cursor) !== text ? null : cursor;
  },
};

/** Returns the list that a text is as JSON. Null if it is none. */
function arrayIn(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** Reads the arguments of a connection in the order of the time. */
export const pageRequest = (given: PageArguments): PageRequest => pageRequestIn(given, byTime);

/** Reads the arguments of a connection: forward with `first` and `after`, backward with `last` and `before`. Other combinations are refused. */
export function pageRequestIn<Place>({ first, after, last, before }: PageArguments, form: CursorForm<Place>): PageRequest<Place> {
  const cursorOf = (text: string | null | undefined): Cursor<Place> | null =>
    text == null ? null : (form.read(text) ?? refuse('The cursor is none of this list.'));
  if (last == null) {
    if (before != null) refuse('`before` goes with `last`.');
    return { limit: sizeOf('first', first ?? defaultPageSize), direction: 'forward', cursor: cursorOf(after) };
  }
  if (first != null || after != null) refuse('Give `first` and `after`, or `last` and `before`.');
  return { limit: sizeOf('last', last), direction: 'backward', cursor: cursorOf(before) };
}

/** Makes a connection from a page of things ordered by their creation. */
export const connectionOf = <T extends { id: string; createdAt: Date }>(page: Page<T>, request: PageRequest) =>
  connectionBy(page, request, ({ id, createdAt }) => ({ at: createdAt, id }), byTime);

/** Makes a connection from a page of things ordered by what `placeOf` reads from them. */
export function connectionBy<T, Place>(
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

const sizeOf = (name: string, size: number): number => (size >= 1 && size <= maxPageSize ? size : refuse(`\`${name}\` must be 1 to ${maxPageSize}.`));
