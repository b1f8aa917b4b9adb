import { problemText } from '../problem.ts';
import type { Notice } from '../view.ts';
import { usePage } from './context.ts';

/** The id by which a field refers to the problem. */
export const problemId = 'problem';

/** Says what went wrong. It takes the focus, so that a screen reader begins here, and leads to the field to correct. */
export function Alert() {
  const { text, problem } = usePage();
  if (problem === null) return null;
  const words = problemText(text, problem);
  return (
    <div class="note bad" role="alert" id={problemId} tabIndex={-1} autofocus>
      <p>{problem.field === undefined ? words : <a href={`#${problem.field}`}>{words}</a>}</p>
    </div>
  );
}

/** Says that something has worked. */
export function NoticeBox({ notice }: { notice: Notice }) {
  const { text } = usePage();
  return (
    <div class="note good" role="status">
      <p>{text(`notice.${notice}`)}</p>
    </div>
  );
}
