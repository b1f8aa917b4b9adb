import { usePage } from '../parts/context.ts';
import type { View } from '../view.ts';

/** What the page of an error shows. What went wrong is the problem of the page. It repeats nothing of the request. */
export interface ErrorModel {
  /** True if signing in again is all that has to be done. */
  expired: boolean;
  /** The number by which the operator finds the request in the log. */
  traceId: string;
  /** Where a sign-in begins. Null if the operator has not said. */
  homeHref: string | null;
}

function ErrorPage({ traceId, homeHref }: ErrorModel) {
  const { text } = usePage();
  return (
    <>
      {homeHref === null ? null : (
        <p>
          <a class="button" href={homeHref}>
            {text('error.home')}
          </a>
        </p>
      )}
      <p class="hint">{text('error.trace', { trace: traceId })}</p>
    </>
  );
}

/** Says that a page cannot be shown. */
export const errorPage: View<ErrorModel> = {
  title: (text, { expired }) => text(expired ? 'error.expiredTitle' : 'error.title'),
  body: ErrorPage,
};
