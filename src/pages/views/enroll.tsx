import { usePage } from '../parts/context.ts';
import type { EnrollOption, EnrollStep } from '../parts/enroll-step.tsx';
import { EnrollForm, enrollTitles, WaysToEnroll } from '../parts/enroll-step.tsx';
import { Restart } from '../parts/restart.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of a first enrollment shows. */
export interface EnrollModel {
  form: FormTarget;
  /** Null until the person has chosen. */
  step: EnrollStep | null;
  /** All ways that there are, with the pages that they lead to. */
  strategies: readonly EnrollOption[];
  /** Where the ways are chosen from. Null if there is one only. */
  chooseHref: string | null;
  rememberDays: number | null;
}

function Enroll({ form, step, strategies, chooseHref, rememberDays }: EnrollModel) {
  const { text, service } = usePage();
  return (
    <>
      <p>{text('enroll.why', { service })}</p>
      {step === null ? (
        <WaysToEnroll heading={text('enroll.choose')} strategies={strategies} />
      ) : (
        <EnrollForm form={form} step={step} rememberDays={rememberDays} />
      )}
      {step === null || chooseHref === null ? null : (
        <p>
          <a href={chooseHref}>{text('enroll.other')}</a>
        </p>
      )}
      <Restart form={form} label={text('page.back')} />
    </>
  );
}

/** Lets somebody without a second factor set one up, because the policy asks for it. */
export const enroll: View<EnrollModel> = {
  title: (text, { step }) => text(step === null ? 'enroll.title' : enrollTitles[step.strategy]),
  body: Enroll,
};
