import { usePage } from '../parts/context.ts';
import { EmailField, Field } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import { NewPasswordField } from '../parts/password-field.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the page for a new account shows. */
export interface SignUpModel {
  form: FormTarget;
  email: string;
  name: string;
  companyName: string;
  /** The name of the tenant that the person joins by a link. Null if the account gets a tenant of its own. */
  invitedTo: string | null;
  /** True once the form was sent, whether or not somebody has the address already. */
  sent: boolean;
  /** Null if there is no sign-in to go back to. */
  loginHref: string | null;
  /** Fewest characters that the policy allows. */
  minLength: number;
}

function SignUp({ form, email, name, companyName, invitedTo, sent, loginHref, minLength }: SignUpModel) {
  const { text } = usePage();
  const plain = { type: 'text' } as const;
  return (
    <>
      {sent ? (
        <p>{text('signUp.sent')}</p>
      ) : (
        <Form to={form} captcha="sign_up">
          {invitedTo === null ? null : <p>{text('invitation.lead', { tenant: invitedTo })}</p>}
          <Field name="name" label={text('field.name')} focus input={{ ...plain, autocomplete: 'name', value: name }} />
          {invitedTo === null ? (
            <Field name="companyName" label={text('field.company')} input={{ ...plain, autocomplete: 'organization', value: companyName }} />
          ) : null}
          <EmailField value={email} />
          <NewPasswordField account={null} minLength={minLength} focus={false} />
          <Submit>{text('signUp.submit')}</Submit>
        </Form>
      )}
      {loginHref === null ? null : (
        <p>
          {text('signUp.haveOne')} <a href={loginHref}>{text('login.submit')}</a>
        </p>
      )}
    </>
  );
}

/** Creates an account with a tenant of its own. */
export const signUp: View<SignUpModel> = {
  title: (text, { sent }) => text(sent ? 'signUp.sentTitle' : 'signUp.title'),
  body: SignUp,
  asksCaptcha: ({ sent }) => !sent,
};
