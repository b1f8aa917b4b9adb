import { CodesBox } from '../parts/codes-box.tsx';
import { usePage } from '../parts/context.ts';
import { CheckField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of the recovery code shows. */
export interface RecoveryCodeModel {
  form: FormTarget;
  /** Null if it was shown before. */
  code: string | null;
}

function RecoveryCode({ form, code }: RecoveryCodeModel) {
  const { text } = usePage();
  if (code === null) {
    return (
      <>
        <p>{text('recoveryCode.shown')}</p>
        <Form to={form} hidden={{ shown: '1' }}>
          <Submit>{text('page.continue')}</Submit>
        </Form>
      </>
    );
  }
  return (
    <>
      <p>{text('recoveryCode.lead')}</p>
      <CodesBox label={text('recoveryCode.code')} codes={[code]} file="recovery-code.txt" />
      <p>{text('recoveryCode.where')}</p>
      <Form to={form}>
        <CheckField name="saved" label={text('recoveryCode.saved')} required />
        <Submit>{text('page.continue')}</Submit>
      </Form>
    </>
  );
}

/** Shows the recovery code of a first enrollment once. */
export const recoveryCode: View<RecoveryCodeModel> = {
  title: (text, { code }) => text(code === null ? 'recoveryCode.shownTitle' : 'recoveryCode.title'),
  body: RecoveryCode,
};
