import { passwordLength } from '../../domain/account/password.ts';
import { usePage } from '../parts/context.ts';
import { Form, Submit } from '../parts/form.tsx';
import { NewPasswordField } from '../parts/password-field.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of a reset link shows. */
export interface ResetPasswordModel {
  form: FormTarget;
  /** The address of the account, for password managers. Null if it is not known. */
  account: string | null;
}

function ResetPassword({ form, account }: ResetPasswordModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('reset.lead')}</p>
      <Form to={form}>
        <NewPasswordField account={account} minLength={passwordLength.min} />
        <Submit>{text('reset.submit')}</Submit>
      </Form>
    </>
  );
}

/** Sets a new password by a mailed link. */
export const resetPassword: View<ResetPasswordModel> = { title: (text) => text('reset.title'), body: ResetPassword };
