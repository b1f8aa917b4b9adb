import { usePage } from '../parts/context.ts';
import type { View } from '../view.ts';

interface Ending {
  /** Where a sign-in begins. Null if the operator has not said. */
  homeHref: string | null;
}

function SignedOut({ homeHref }: Ending) {
  const { text } = usePage();
  return (
    <>
      <p>{text('signedOut.lead')}</p>
      {homeHref === null ? null : (
        <p>
          <a href={homeHref}>{text('signedOut.again')}</a>
        </p>
      )}
    </>
  );
}

function ReturnToApp() {
  const { text } = usePage();
  return <p>{text('return.lead')}</p>;
}

function Done({ homeHref }: Ending) {
  const { text } = usePage();
  return homeHref === null ? null : (
    <p>
      <a class="button" href={homeHref}>
        {text('login.submit')}
      </a>
    </p>
  );
}

/** Says that the session has ended. */
export const signedOut: View<Ending> = { title: (text) => text('signedOut.title'), body: SignedOut };

/** Sends a person back to the app, if the phone has opened the address in its browser instead. */
export const returnToApp: View<object> = { title: (text) => text('return.title'), body: ReturnToApp };

/** Says by the notice of the page what has worked, and leads to the sign-in. */
export const done: View<Ending> = { title: (text) => text('done.title'), body: Done };
