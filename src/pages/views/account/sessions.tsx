import { accountPath } from '../../../domain/oauth/account-page.ts';
import { agoIn } from '../../messages/text.ts';
import { BackToAccount, deviceIn } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import type { FormTarget, View } from '../../view.ts';

/** A session of the person. */
export interface ShownSession {
  id: string;
  userAgent: string | null;
  address: string | null;
  begunSecondsAgo: number;
  /** Null if it was not used since it began. */
  usedSecondsAgo: number | null;
  /** Whether a second step was proven in it. */
  proven: boolean;
  current: boolean;
  /** Where the form goes that ends it. Null for the session of the page, which is ended by signing out. */
  form: FormTarget | null;
}

/** What the page of the sessions shows. */
export interface SessionsModel {
  sessions: readonly ShownSession[];
  /** Where the form goes that ends all others. Null if there is no other. */
  endOthers: FormTarget | null;
  signOut: FormTarget;
  olderHref: string | null;
  newestHref: string | null;
}

function Sessions({ sessions, endOthers, signOut, olderHref, newestHref }: SessionsModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('sessions.lead')}</p>
      <ul class="items">
        {sessions.map((session) => (
          <li key={session.id}>
            <Session {...session} />
            <Form to={session.form ?? signOut}>
              <Submit quiet>
                {text('sessions.end')}
                <span class="sr"> {session.current ? text('sessions.this') : deviceIn(text, session.userAgent)}</span>
              </Submit>
            </Form>
          </li>
        ))}
      </ul>
      {olderHref === null && newestHref === null ? null : (
        <p class="links">
          {newestHref === null ? null : <a href={newestHref}>{text('sessions.newest')}</a>}
          {olderHref === null ? null : <a href={olderHref}>{text('sessions.older')}</a>}
        </p>
      )}
      {endOthers === null ? null : (
        <Form to={endOthers}>
          <Submit>{text('sessions.endOthers')}</Submit>
        </Form>
      )}
      <BackToAccount />
    </>
  );
}

function Session({ userAgent, address, begunSecondsAgo, usedSecondsAgo, proven, current }: Omit<ShownSession, 'id' | 'form'>) {
  const { text } = usePage();
  const begun = agoIn(text, begunSecondsAgo);
  return (
    <>
      <strong>{deviceIn(text, userAgent)}</strong>
      {current ? <p class="mark">{text('sessions.this')}</p> : null}
      <p class="hint">
        {usedSecondsAgo === null ? text('sessions.begun', { ago: begun }) : text('sessions.begunUsed', { begun, used: agoIn(text, usedSecondsAgo) })}
      </p>
      {address === null ? null : <p class="hint">{text('sessions.from', { address })}</p>}
      {proven ? <p class="hint">{text('sessions.proven')}</p> : null}
    </>
  );
}

function EndSession({ form, session }: { form: FormTarget; session: ShownSession | null }) {
  const { text } = usePage();
  return (
    <>
      {session === null ? (
        <p>{text('sessions.endOthersLead')}</p>
      ) : (
        <div class="items">
          <Session {...session} />
        </div>
      )}
      <Form to={form}>
        <Submit>{text(session === null ? 'sessions.endOthers' : 'sessions.end')}</Submit>
      </Form>
      <p>
        <a href={`${accountPath}/sessions`}>{text('sessions.back')}</a>
      </p>
    </>
  );
}

/** Lists where a person is signed in. */
export const sessions: View<SessionsModel> = { title: (text) => text('sessions.title'), body: Sessions };

/** Asks before one session is ended, or with null all others, after the person has proven the second step for it. */
export const endSession: View<{ form: FormTarget; session: ShownSession | null }> = {
  title: (text, { session }) => text(session === null ? 'sessions.endOthersTitle' : 'sessions.endTitle'),
  body: EndSession,
};
