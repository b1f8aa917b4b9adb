import type { CombinedError } from '@urql/core';
import type { ComponentChildren } from 'preact';
import { failureText } from './failure.ts';
import { Notice } from './notice.tsx';

/** How far a query is, and the function that asks again. */
type Query<Data> = readonly [
  { data?: Data | undefined; error?: CombinedError | undefined; fetching: boolean },
  (context: { requestPolicy: 'network-only' }) => void,
];

/** Shows an answer as soon as there is one. What was shown before stays until then, so that the page does not jump. */
export function Answer<Data>({ query, children }: { query: Query<Data>; children: (data: Data) => ComponentChildren }) {
  const [{ data, error, fetching }, ask] = query;
  if (error !== undefined) {
    return (
      <Notice tone="bad">
        <p>{failureText(error)}</p>
        <button type="button" disabled={fetching} onClick={() => ask({ requestPolicy: 'network-only' })}>
          Try again
        </button>
      </Notice>
    );
  }
  return (
    <div aria-busy={fetching} class={fetching ? 'fetching' : undefined}>
      <p class="sr" role="status">
        {fetching ? 'Loading' : ''}
      </p>
      {data === undefined ? <div class="skeleton" aria-hidden="true" /> : children(data)}
    </div>
  );
}
