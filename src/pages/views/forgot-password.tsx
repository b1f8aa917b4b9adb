import { usePage } from '../parts/context.ts';
import { EmailField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page for a forgotten password shows. */
export interface ForgotPasswordModel {
  form: FormTarget;
  email: string;
  /** True once the form was sent, for known and unknown addresses alike. */
  sent: boolean;
  /** Back to the sign-in. Null if there is none to go back to. */
  backHref: string | null;
}

function ForgotPassword({ form, email, sent, backHref }: ForgotPasswordModel) {
  const { text } = usePage();
  return (
    <>
      {sent ? (
        <p>{text('forgot.sent')}</p>
      ) : (
        <>
          <p>{text('forgot.lead')}</p>
          <Form to={form} captcha="password_reset">
            <EmailField value={email} focus />
            <Submit>{text('forgot.submit')}</Submit>
          </Form>
        </>
      )}
      {backHref === null ? null : (
        <p>
          <a href={backHref}>{text('page.back')}</a>
        </p>
      )}
    </>
  );
}

/** Sends a link that sets a new password, and says the same whether or not there is an account. */
export const forgotPassword: View<ForgotPasswordModel> = {
  title: (text, { sent }) => text(sent ? 'forgot.sentTitle' : 'forgot.title'),
  body: ForgotPassword,
  asksCaptcha: ({ sent }) => !sent,
};
