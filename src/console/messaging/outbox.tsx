import { useCallback, useEffect, useState } from 'preact/hooks';
import { formatCount } from '../parts/format.ts';
import { Notice } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';

/** An e-mail that the server keeps for the developer instead of sending it. */
interface KeptMail {
  to: string;
  subject: string;
  text: string;
}

type State = { kind: 'LOADING' } | { kind: 'SHOWN'; messages: readonly KeptMail[] } | { kind: 'CLOSED' } | { kind: 'FAILED' };

/** The e-mail that a server in development keeps. It is the one thing that the console does not ask by GraphQL. */
export function OutboxPage() {
  const [state, setState] = useState<State>({ kind: 'LOADING' });
  const load = useCallback(async () => {
    try {
      setState(await readOutbox());
    } catch {
      setState({ kind: 'FAILED' });
    }
  }, []);
  useEffect(() => void load(), [load]);
  return (
    <Page title="Outbox" lead="E-mail that this server keeps for its developer instead of sending it, newest first.">
      <div class="actions">
        <button type="button" onClick={() => void load()}>
          Look again
        </button>
        <p class="muted" role="status">
          {state.kind === 'SHOWN' ? formatCount(state.messages.length, 'message', 'messages') : state.kind === 'LOADING' ? 'Loading' : ''}
        </p>
      </div>
      {state.kind === 'CLOSED' ? (
        <Notice>
          Only the browser of the developer reads this. Open the link that the server printed when it started, in this browser, and look again.
        </Notice>
      ) : null}
      {state.kind === 'FAILED' ? <Notice tone="bad">The outbox could not be read. Check that the server runs, and look again.</Notice> : null}
      {state.kind === 'SHOWN' && state.messages.length === 0 ? <p class="empty">No message was sent yet.</p> : null}
      {state.kind === 'SHOWN'
        ? state.messages.toReversed().map((message, index) => (
            <article key={state.messages.length - index} class="box mail">
              <h2>{message.subject}</h2>
              <p class="muted">To {message.to}</p>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by the keys */}
              <pre tabIndex={0}>{message.text}</pre>
            </article>
          ))
        : null}
    </Page>
  );
}

async function readOutbox(): Promise<State> {
  const answer = await fetch('/dev/outbox', { headers: { accept: 'application/json' } });
  if (answer.status === 401 || answer.status === 403 || answer.status === 404) return { kind: 'CLOSED' };
  if (!answer.ok) return { kind: 'FAILED' };
  // The server that serves this page answers in this form.
  return { kind: 'SHOWN', messages: ((await answer.json()) as { messages: KeptMail[] }).messages };
}
