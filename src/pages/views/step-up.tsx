import { usePage } from '../parts/context.ts';
import type { ProofModel } from '../parts/prove.tsx';
import { Prove } from '../parts/prove.tsx';
import { Restart } from '../parts/restart.tsx';
import type { View } from '../view.ts';

/** What the page of a step-up shows. A device is not remembered by it. */
export interface StepUpModel extends Omit<ProofModel, 'rememberDays'> {
  /** The address of the person, who is signed in already. */
  user: string;
}

function StepUp({ user, ...proof }: StepUpModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('stepUp.lead', { user })}</p>
      <Prove {...proof} rememberDays={null} />
      <Restart form={proof.form} label={text('stepUp.notYou')} />
    </>
  );
}

/** Asks somebody who is signed in for a fresh second factor. */
export const stepUp: View<StepUpModel> = { title: (text) => text('stepUp.title'), body: StepUp };
