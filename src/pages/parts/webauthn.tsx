import type { ComponentChildren } from 'preact';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { Form, HiddenFields, Submit } from './form.tsx';

interface WebAuthnOptions {
  to: FormTarget;
  strategy: WebAuthnStrategy;
  /** Whether to prove an authenticator or to make one. */
  ceremony: 'get' | 'create';
  /** Fields that say which authenticator it is about. */
  hidden: Readonly<Record<string, string>>;
  /** The options for the browser in the JSON form of WebAuthn. Null until the person has begun. */
  options: object | null;
  button: string;
  /** Fields of the person's own. */
  children?: ComponentChildren;
}

/**
 * Asks the browser for an authenticator. The first button has the server make a challenge, and the page with the challenge asks at once.
 * Only the browser can do that, so until its script runs the page says what is missing.
 */
export function WebAuthnForm({ to, strategy, ceremony, hidden, options, button, children }: WebAuthnOptions) {
  const { text, problem } = usePage();
  const words = {
    'data-unsupported': text('mfa.unsupported'),
    'data-cancelled': text('mfa.cancelled'),
    'data-waiting': text('mfa.waiting'),
  };
  return (
    <div
      class="stack"
      data-webauthn={ceremony}
      {...words}
      {...(options === null ? {} : { 'data-options': JSON.stringify(options) })}
      {...(problem === null ? { 'data-ask': '' } : {})}
    >
      <p>{text(strategy === 'WEBAUTHN_PLATFORM' ? 'mfa.platform' : 'mfa.key')}</p>
      <p class="note bad" data-without-script>
        {text('page.noScript')}
      </p>
      <p class="note" role="status" data-status hidden />
      <Form to={to} hidden={{ ...hidden, action: options === null ? 'send' : 'verify' }}>
        {options === null ? null : <HiddenFields fields={{ answer: '' }} />}
        {children}
        <Submit hidden>{options === null ? button : text('mfa.again')}</Submit>
      </Form>
    </div>
  );
}
