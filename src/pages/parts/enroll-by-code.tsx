import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { CodeField } from './field.tsx';
import { Form, Submit } from './form.tsx';
import { PhoneField } from './phone-field.tsx';
import { Remember } from './remember.tsx';
import type { SentCode } from './send-code.tsx';
import { ResendCode, SendCode } from './send-code.tsx';

type CodeStep =
  | { strategy: 'SMS'; phoneNumber: string; target: string | null; sent: SentCode | null }
  | { strategy: 'EMAIL_CODE'; target: string; sent: SentCode | null };

/** Sends a code to a phone or to the mailbox, and asks for it. */
export function EnrollByCode({ form, step, rememberDays }: { form: FormTarget; step: CodeStep; rememberDays: number | null }) {
  const { text } = usePage();
  const hidden = { strategy: step.strategy };
  if (step.sent !== null) {
    return (
      <>
        <p>{text(step.strategy === 'SMS' ? 'mfa.smsSent' : 'mfa.emailSent', { target: step.target ?? '' })}</p>
        <Form to={form} hidden={{ ...hidden, action: 'verify' }}>
          <CodeField />
          <Remember days={rememberDays} />
          <Submit>{text('enroll.finish')}</Submit>
        </Form>
        {step.strategy === 'SMS' ? (
          <NumberForm form={form} phoneNumber={step.phoneNumber} again />
        ) : (
          <ResendCode to={form} hidden={hidden} sent={step.sent} />
        )}
      </>
    );
  }
  if (step.strategy === 'SMS') {
    return (
      <>
        <p>{text('enroll.smsLead')}</p>
        <NumberForm form={form} phoneNumber={step.phoneNumber} />
      </>
    );
  }
  return (
    <>
      <p>{text('mfa.emailSend', { target: step.target })}</p>
      <SendCode to={form} hidden={hidden} />
    </>
  );
}

/** Asks for the number of a phone. It comes again below the code, because the number may have been wrong. */
function NumberForm({ form, phoneNumber, again = false }: { form: FormTarget; phoneNumber: string; again?: boolean }) {
  const { text } = usePage();
  return (
    <Form to={form} hidden={{ strategy: 'SMS', action: 'send' }} {...(again ? { class: 'again' } : {})}>
      <PhoneField value={phoneNumber} focus={!again} />
      <Submit quiet={again}>{text(again ? 'mfa.resend' : 'mfa.send')}</Submit>
    </Form>
  );
}
