import { BackToFactors } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import { NewName } from '../../parts/new-name.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the pages show on which a second step is renamed or removed. */
export interface ChangeFactorModel {
  form: FormTarget;
  name: string;
}

function Rename({ form, name }: ChangeFactorModel) {
  return (
    <>
      <NewName form={form} name={name} />
      <BackToFactors />
    </>
  );
}

function Remove({ form, name, isLast }: ChangeFactorModel & { isLast: boolean }) {
  const { text } = usePage();
  return (
    <>
      <p>{text('factors.removeLead', { name })}</p>
      {isLast ? <p class="note bad">{text('factors.removeLast')}</p> : null}
      <Form to={form}>
        <Submit>{text('factors.remove')}</Submit>
      </Form>
      <BackToFactors />
    </>
  );
}

/** Gives a second step another name. */
export const renameFactor: View<ChangeFactorModel> = { title: (text) => text('factors.renameTitle'), body: Rename };

/** Asks before a second step is removed. */
export const removeFactor: View<ChangeFactorModel & { isLast: boolean }> = { title: (text) => text('factors.removeTitle'), body: Remove };
