import type { MessageKey } from '../messages/en.ts';
import { usePage } from '../parts/context.ts';
import { CodeField, EmailField } from '../parts/field.tsx';
import { Form, Submit } from '../parts/form.tsx';
import { PasskeyOffer } from '../parts/passkey.tsx';
import { CurrentPasswordField } from '../parts/password-field.tsx';
import type { FormTarget, View } from '../view.ts';

/** A way to sign in beside the password: by a code or a link that is mailed, or by a code that is texted. */
export type LoginWay = 'code' | 'link' | 'text';

/** What the sign-in page shows. */
export interface LoginModel {
  form: FormTarget;
  /** The name of what the person goes on to. Null if it has none. */
  app: string | null;
  /** The address to begin with. */
  email: string;
  forgotHref: string;
  /** The page without a way chosen. */
  loginHref: string;
  /** Null while nobody may create an account. */
  signUpHref: string | null;
  /** The way that people may choose in place of the password. Null if there is none. */
  way: LoginWay | null;
  /** Set once a message was asked for. The page then asks for the code, or waits for the link. */
  sentWay: LoginWay | null;
  /** True once the person has opened the link. The page then asks for a click, which uses it. */
  opened: boolean;
  /** The options for the browser to ask for a passkey. Null while nobody may sign in by one. */
  passkey: object | null;
}

/** The action that asks for a message, and the texts, of each way. */
const ways: Readonly<
  Record<LoginWay, { action: string; choose: MessageKey; again: MessageKey; sent: 'login.codeSent' | 'login.linkSent' | 'login.textSent' }>
> = {
  code: { action: 'sendCode', choose: 'login.code', again: 'login.codeAgain', sent: 'login.codeSent' },
  text: { action: 'sendText', choose: 'login.text', again: 'login.codeAgain', sent: 'login.textSent' },
  link: { action: 'sendLink', choose: 'login.link', again: 'login.linkAgain', sent: 'login.linkSent' },
};

/** Says that a message is on its way, and asks for the code in it. Whether there is an account for the address is not said. */
function Sent({ form, email, way, loginHref }: Pick<LoginModel, 'form' | 'email' | 'loginHref'> & { way: LoginWay }) {
  const { text } = usePage();
  const { action, again, sent } = ways[way];
  return (
    <>
      <p role="status">{text(sent, { email })}</p>
      {way === 'link' ? null : (
        <Form to={form} hidden={{ action: way, email }}>
          <CodeField />
          <Submit>{text('login.submit')}</Submit>
        </Form>
      )}
      <Form to={form} hidden={{ action, email }} captcha="login">
        <Submit quiet>{text(again)}</Submit>
      </Form>
      <p>
        <a href={loginHref}>{text('login.password')}</a>
      </p>
    </>
  );
}

/** Asks for the click that uses the link which was opened. */
function Opened({ form, loginHref }: Pick<LoginModel, 'form' | 'loginHref'>) {
  const { text } = usePage();
  return (
    <>
      <p>{text('login.linkOpened')}</p>
      <Form to={form} hidden={{ action: 'link' }}>
        <Submit>{text('login.submit')}</Submit>
      </Form>
      <p>
        <a href={loginHref}>{text('login.password')}</a>
      </p>
    </>
  );
}

function Login({ form, app, email, forgotHref, loginHref, signUpHref, way, sentWay, opened, passkey }: LoginModel) {
  const { text, problem } = usePage();
  if (opened) return <Opened form={form} loginHref={loginHref} />;
  if (sentWay !== null) return <Sent form={form} email={email} way={sentWay} loginHref={loginHref} />;
  return (
    <>
      {app === null ? null : <p class="lead">{text('login.lead', { app })}</p>}
      {problem?.code !== 'EMAIL_NOT_VERIFIED' ? null : (
        <Form to={form} hidden={{ action: 'resend', email }}>
          <Submit quiet>{text('login.resend')}</Submit>
        </Form>
      )}
      <Form to={form} captcha="login">
        <EmailField value={email} alsoUsername focus={email === ''} passkeys={passkey !== null} />
        <CurrentPasswordField focus={email !== ''} />
        <p>
          <a href={forgotHref}>{text('login.forgot')}</a>
        </p>
        <Submit>{text('login.submit')}</Submit>
        {way === null ? null : (
          <button type="submit" class="quiet" name="action" value={ways[way].action} formNoValidate>
            {text(ways[way].choose)}
          </button>
        )}
      </Form>
      {passkey === null ? null : <PasskeyOffer form={form} options={passkey} />}
      {signUpHref === null ? null : (
        <p>
          {text('login.noAccount')} <a href={signUpHref}>{text('login.signUp')}</a>
        </p>
      )}
    </>
  );
}

/** Asks for the first factor. */
export const login: View<LoginModel> = {
  title: (text) => text('login.title'),
  body: Login,
  asksCaptcha: ({ opened }) => !opened,
};
