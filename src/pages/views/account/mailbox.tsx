import { BackToFactors } from '../../parts/account.tsx';
import { usePage } from '../../parts/context.ts';
import { CodeField } from '../../parts/field.tsx';
import { Form, Submit } from '../../parts/form.tsx';
import type { SentCode } from '../../parts/send-code.tsx';
import { ResendCode, SendCode } from '../../parts/send-code.tsx';
import type { FormTarget, View } from '../../view.ts';

/** What the page shows on which a person proves the mailbox. */
export interface MailboxModel {
  form: FormTarget;
  email: string;
  /** Null until a code was sent. */
  sent: SentCode | null;
}

function Mailbox({ form, email, sent }: MailboxModel) {
  const { text } = usePage();
  return (
    <>
      <p>{text(sent === null ? 'mailbox.lead' : 'mfa.emailSent', { target: email })}</p>
      {sent === null ? (
        <SendCode to={form} hidden={{}} />
      ) : (
        <>
          <Form to={form} hidden={{ action: 'verify' }}>
            <CodeField />
            <Submit>{text('mfa.verify')}</Submit>
          </Form>
          <ResendCode to={form} hidden={{}} sent={sent} />
        </>
      )}
      <BackToFactors />
    </>
  );
}

/** Asks a person who still has time to enroll for a code by e-mail, because the password alone may be stolen. */
export const mailbox: View<MailboxModel> = { title: (text) => text('mailbox.title'), body: Mailbox };
