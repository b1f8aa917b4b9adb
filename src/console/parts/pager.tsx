import type { PageEndsFragment } from '../documents.ts';
import { useQueryString } from './query-string.ts';

/** How many rows a page of a list has. */
export const pageSize = 20;

/** Returns the arguments of a list for the page that the address names. */
export function usePageArguments(): { first?: number; after?: string; last?: number; before?: string } {
  const { query } = useQueryString();
  if (query.before !== undefined) return { last: pageSize, before: query.before };
  return { first: pageSize, ...(query.after === undefined ? {} : { after: query.after }) };
}

/** The way to the pages before and after this one. They are addresses, so that a page can be linked. */
export function Pager({ ends, label }: { ends: PageEndsFragment; label: string }) {
  const { query, set } = useQueryString();
  const mayGoBack = ends.hasPreviousPage || query.after !== undefined;
  const mayGoOn = ends.hasNextPage || query.before !== undefined;
  if (!mayGoBack && !mayGoOn) return null;
  return (
    <nav class="pager" aria-label={label}>
      <button type="button" disabled={!mayGoBack} onClick={() => set({ before: ends.startCursor ?? undefined, after: undefined })}>
        Previous page
      </button>
      <button type="button" disabled={!mayGoOn} onClick={() => set({ after: ends.endCursor ?? undefined, before: undefined })}>
        Next page
      </button>
    </nav>
  );
}
