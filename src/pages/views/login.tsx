import { usePage } from '../parts/context.ts';
import { EmailField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import { CurrentPasswordField } from '../parts/password-field.tsx';
import type { FormTarget, View } from '../view.ts';

/** What the sign-in page shows. */
export interface LoginModel {
  form: FormTarget;
  /** The name of what the person goes on to. Null if it has none. */
  app: string | null;
  /** The address to begin with. */
  email: string;
  forgotHref: string;
  /** Null while nobody may create an account. */
  signUpHref: string | null;
}

function Login({ form, app, email, forgotHref, signUpHref }: LoginModel) {
  const { text, problem } = usePage();
  return (
    <>
      {app === null ? null : <p class="lead">{text('login.lead', { app })}</p>}
      {problem?.code !== 'EMAIL_NOT_VERIFIED' ? null : (
        <Form to={form} hidden={{ action: 'resend', email }}>
          <Submit quiet>{text('login.resend')}</Submit>
        </Form>
      )}
      <Form to={form}>
        <EmailField value={email} alsoUsername focus={email === ''} />
        <CurrentPasswordField focus={email !== ''} />
        <p>
          <a href={forgotHref}>{text('login.forgot')}</a>
        </p>
        <Submit>{text('login.submit')}</Submit>
      </Form>
      {signUpHref === null ? null : (
        <p>
          {text('login.noAccount')} <a href={signUpHref}>{text('login.signUp')}</a>
        </p>
      )}
    </>
  );
}

/** Asks for the first factor. */
export const login: View<LoginModel> = { title: (text) => text('login.title'), body: Login };
