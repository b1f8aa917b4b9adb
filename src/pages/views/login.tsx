import { usePage } from '../parts/context.ts';
import { CodeField, EmailField } from '../parts/field.tsx';
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
  /** Whether people may sign in by a code that is sent to them. */
  byCode: boolean;
  /** Set once a code was asked for. The page then asks for the code. */
  sentCode: { passwordHref: string } | null;
}

/** Asks for the code that was sent. Whether there is an account for the address is not said. */
function SentCode({ form, email, passwordHref }: { form: FormTarget; email: string; passwordHref: string }) {
  const { text } = usePage();
  return (
    <>
      <p role="status">{text('login.codeSent', { email })}</p>
      <Form to={form} hidden={{ action: 'code', email }}>
        <CodeField />
        <Submit>{text('login.submit')}</Submit>
      </Form>
      <Form to={form} hidden={{ action: 'sendCode', email }}>
        <Submit quiet>{text('login.codeAgain')}</Submit>
      </Form>
      <p>
        <a href={passwordHref}>{text('login.password')}</a>
      </p>
    </>
  );
}

function Login({ form, app, email, forgotHref, signUpHref, byCode, sentCode }: LoginModel) {
  const { text, problem } = usePage();
  if (sentCode !== null) return <SentCode form={form} email={email} passwordHref={sentCode.passwordHref} />;
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
        {byCode ? (
          <button type="submit" class="quiet" name="action" value="sendCode" formNoValidate>
            {text('login.code')}
          </button>
        ) : null}
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
