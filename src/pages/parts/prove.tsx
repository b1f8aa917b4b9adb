import type { ComponentChild } from 'preact';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import type { FactorOption } from './factors.tsx';
import { FactorList } from './factors.tsx';
import { CodeField } from './field.tsx';
import { Form, Submit } from './form.tsx';
import { Remember } from './remember.tsx';
import type { SentCode } from './send-code.tsx';
import { ResendCode, SendCode } from './send-code.tsx';
import { WebAuthnForm } from './webauthn.tsx';

/** The factor that a page asks for. `id` is that of the authenticator, or `EMAIL_CODE`. */
export type ProvenFactor = { id: string } & (
  | { strategy: 'AUTHENTICATOR_APP' }
  /** `target` is masked. */
  | { strategy: 'SMS' | 'EMAIL_CODE'; target: string; sent: SentCode | null }
  | { strategy: WebAuthnStrategy; options: object | null }
);

/** What a page needs to let somebody prove a factor. */
export interface ProofModel {
  form: FormTarget;
  factor: ProvenFactor;
  /** The other ways that the person has. */
  others: readonly FactorOption[];
  /** For how many days this device can be remembered. Null if it cannot. */
  rememberDays: number | null;
}

/** Asks for a factor, and offers the other ways. */
export function Prove({ form, factor, others, rememberDays }: ProofModel) {
  const { text } = usePage();
  const remember = <Remember days={rememberDays} />;
  return (
    <>
      <ProofForm form={form} factor={factor} remember={remember} />
      {others.length === 0 ? null : (
        <section class="stack">
          <h2>{text('mfa.others')}</h2>
          <FactorList options={others} label={text('mfa.others')} />
        </section>
      )}
    </>
  );
}

function ProofForm({ form, factor, remember }: { form: FormTarget; factor: ProvenFactor; remember: ComponentChild }) {
  const { text, service } = usePage();
  const hidden = { factor: factor.id };
  switch (factor.strategy) {
    case 'AUTHENTICATOR_APP':
      return (
        <>
          <p>{text('mfa.app', { service })}</p>
          <CheckCode form={form} hidden={hidden} remember={remember} />
        </>
      );
    case 'SMS':
    case 'EMAIL_CODE':
      return <SentCodeForm form={form} factor={factor} hidden={hidden} remember={remember} />;
    default: {
      const button = text(factor.strategy === 'WEBAUTHN_PLATFORM' ? 'mfa.useDevice' : 'mfa.useKey');
      return (
        <WebAuthnForm to={form} strategy={factor.strategy} ceremony="get" hidden={hidden} options={factor.options} button={button}>
          {factor.options === null ? null : remember}
        </WebAuthnForm>
      );
    }
  }
}

interface CodeForm {
  form: FormTarget;
  hidden: Readonly<Record<string, string>>;
  remember: ComponentChild;
}

function CheckCode({ form, hidden, remember }: CodeForm) {
  const { text } = usePage();
  return (
    <Form to={form} hidden={{ ...hidden, action: 'verify' }}>
      <CodeField />
      {remember}
      <Submit>{text('mfa.verify')}</Submit>
    </Form>
  );
}

function SentCodeForm({ factor, ...form }: CodeForm & { factor: Extract<ProvenFactor, { sent: SentCode | null }> }) {
  const { text } = usePage();
  const { target, sent } = factor;
  const sms = factor.strategy === 'SMS';
  if (sent === null) {
    return (
      <>
        <p>{text(sms ? 'mfa.smsSend' : 'mfa.emailSend', { target })}</p>
        <SendCode to={form.form} hidden={form.hidden} />
      </>
    );
  }
  return (
    <>
      <p>{text(sms ? 'mfa.smsSent' : 'mfa.emailSent', { target })}</p>
      <CheckCode {...form} />
      <ResendCode to={form.form} hidden={form.hidden} sent={sent} />
    </>
  );
}
