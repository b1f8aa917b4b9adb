import { usePage } from '../parts/context.ts';
import type { View } from '../view.ts';

/** What the sign-in page shows while nobody signs in on it. */
export interface NoLoginModel {
  /** The name of what the person wants to go on to. Null if it has none. */
  app: string | null;
}

function NoLogin({ app }: NoLoginModel) {
  const { text } = usePage();
  return (
    <>
      {app === null ? null : <p class="lead">{text('login.lead', { app })}</p>}
      <p class="note bad">{text('login.none')}</p>
      <p>{text('login.noneHelp')}</p>
    </>
  );
}

/** Says that nobody signs in here, because the operator admits none of the ways that this server has. */
export const noLogin: View<NoLoginModel> = { title: (text) => text('login.title'), body: NoLogin };
