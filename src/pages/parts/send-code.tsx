import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { Form, Submit } from './form.tsx';

/** A code that was sent. */
export interface SentCode {
  /** Seconds until another one can be sent. 0 if it can be sent at once. */
  resendInSeconds: number;
}

/** The form that sends a code for the first time. */
export function SendCode({ to, hidden }: { to: FormTarget; hidden: Readonly<Record<string, string>> }) {
  const { text } = usePage();
  return (
    <Form to={to} hidden={{ ...hidden, action: 'send' }}>
      <Submit>{text('mfa.send')}</Submit>
    </Form>
  );
}

/** The form that sends another code. A script keeps its button back for a while; without scripts the server says how long to wait. */
export function ResendCode({ to, hidden, sent }: { to: FormTarget; hidden: Readonly<Record<string, string>>; sent: SentCode }) {
  const { text } = usePage();
  return (
    <Form to={to} hidden={{ ...hidden, action: 'send' }} class="resend">
      <Submit quiet>{text('mfa.resend')}</Submit>
      <p class="hint" hidden data-wait-seconds={sent.resendInSeconds} data-wait-text={text('mfa.resendIn', { time: '#' })} />
    </Form>
  );
}
