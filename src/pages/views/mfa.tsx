import { usePage } from '../parts/context.ts';
import type { ProofModel } from '../parts/prove.tsx';
import { Prove } from '../parts/prove.tsx';
import { Restart } from '../parts/restart.tsx';
import type { View } from '../view.ts';

/** What the page of the second factor shows. */
export interface MfaModel extends ProofModel {
  /** Where a lost device is replaced by a recovery code. */
  recoverHref: string;
}

function Mfa({ recoverHref, ...proof }: MfaModel) {
  const { text } = usePage();
  return (
    <>
      <Prove {...proof} />
      <p>
        <a href={recoverHref}>{text('mfa.lost')}</a>
      </p>
      <Restart form={proof.form} label={text('page.back')} />
    </>
  );
}

/** Asks for the second factor of a sign-in. */
export const mfa: View<MfaModel> = { title: (text) => text('mfa.title'), body: Mfa };
