import { BackToFactors } from '../../parts/account.tsx';
import type { EnrollStep } from '../../parts/enroll-step.tsx';
import { EnrollForm, enrollTitles } from '../../parts/enroll-step.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the page on which a second step is added shows. */
export interface AddFactorModel {
  form: FormTarget;
  step: EnrollStep;
}

function AddFactor({ form, step }: AddFactorModel) {
  return (
    <>
      <EnrollForm form={form} step={step} rememberDays={null} />
      <BackToFactors />
    </>
  );
}

/** Lets a person who is signed in set up another second step. */
export const addFactor: View<AddFactorModel> = { title: (text, { step }) => text(enrollTitles[step.strategy]), body: AddFactor };
