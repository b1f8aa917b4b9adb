import { usePage } from '../parts/context.ts';
import { Form, Submit } from '../parts/form.tsx';
import { NewPasswordField } from '../parts/password-field.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page of a reset link shows. */
export interface ResetPasswordModel {
  form: FormTarget;
  /** The address of the account, for password managers. Null if it is not known. */
  account: string | null;
  /** Fewest characters that the policy allows. */
  minLength: number;
}

function ResetPassword({ form, account, minLength }: ResetPasswordModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('reset.lead')}</p>
      <Form to={form}>
        <NewPasswordField account={account} minLength={minLength} />
        <Submit>{text('reset.submit')}</Submit>
      </Form>
    </>
  );
}

/** Sets a new password by a mailed link. */
export const resetPassword: View<ResetPasswordModel> = { title: (text) => text('reset.title'), body: ResetPassword };
