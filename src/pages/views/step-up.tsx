import { usePage } from '../parts/context.ts';
import { Form, Submit } from '../parts/form.tsx';
import type { ProofModel } from '../parts/prove.tsx';
import { Prove } from '../parts/prove.tsx';
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
      <Form to={proof.form} hidden={{ action: 'restart' }}>
        <Submit quiet>{text('stepUp.notYou')}</Submit>
      </Form>
    </>
  );
}

/** Asks somebody who is signed in for a fresh second factor. */
export const stepUp: View<StepUpModel> = { title: (text) => text('stepUp.title'), body: StepUp };
