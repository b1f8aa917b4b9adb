import { BackToAccount } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { Form, Submit } from '../../parts/form.tsx';
import { CurrentPasswordField, NewPasswordField } from '../../parts/password-field.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the page of the password shows. */
export interface PasswordModel {
  form: FormTarget;
  email: string;
  /** The page on which a person who knows the present password changes it. */
  changeHref: string;
}

function Password({ form, email, changeHref }: PasswordModel) {
  const { text } = usePage();
  return (
    <>
      <p>
        <a href={changeHref}>{text('password.change')}</a>
      </p>
      <p>{text('password.lead', { user: email })}</p>
      <Form to={form}>
        <Submit>{text('password.submit')}</Submit>
      </Form>
      <BackToAccount />
    </>
  );
}

/** Offers to change the password, or a link to those who have forgotten it. */
export const password: View<PasswordModel> = { title: (text) => text('password.title'), body: Password };

/** What the page shows on which a person changes the password. */
export interface ChangePasswordModel {
  form: FormTarget;
  email: string;
  /** Fewest characters that the policy allows. */
  minLength: number;
}

function ChangePassword({ form, email, minLength }: ChangePasswordModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text('password.changeLead')}</p>
      <Form to={form}>
        <CurrentPasswordField focus />
        <NewPasswordField account={email} name="newPassword" minLength={minLength} focus={false} />
        <Submit>{text('password.changeSubmit')}</Submit>
      </Form>
      <BackToAccount />
    </>
  );
}

/** Changes the password of a person who knows the present one. */
export const changePassword: View<ChangePasswordModel> = { title: (text) => text('password.change'), body: ChangePassword };
