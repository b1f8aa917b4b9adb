import type { StrategyName, WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { MessageKey } from '../messages/en.ts';
import { usePage } from '../parts/context.ts';
import { EnrollApp } from '../parts/enroll-app.tsx';
import { EnrollByCode } from '../parts/enroll-by-code.tsx';
import { EnrollWebAuthn } from '../parts/enroll-webauthn.tsx';
import type { FactorOption } from '../parts/factors.tsx';
import { Restart } from '../parts/restart.tsx';
import type { SentCode } from '../parts/send-code.tsx';
import type { QrPath } from '../qr-path.ts';
import type { FormTarget, View } from '../view.ts';

/** The strategy that is being set up, and how far it is. */
export type EnrollStep =
  | { strategy: 'AUTHENTICATOR_APP'; otpauthUri: string; qrCode: QrPath; secret: string }
  /** `target` is masked, and null until a code was sent. `phoneNumber` is what the person typed. */
  | { strategy: 'SMS'; phoneNumber: string; target: string | null; sent: SentCode | null }
  | { strategy: 'EMAIL_CODE'; target: string; sent: SentCode | null }
  | { strategy: WebAuthnStrategy; name: string; options: object | null };

/** What the page of a first enrollment shows. */
export interface EnrollModel {
  form: FormTarget;
  /** Null until the person has chosen. */
  step: EnrollStep | null;
  /** All ways that there are, with the pages that they lead to. */
  strategies: readonly Omit<FactorOption, 'detail'>[];
  /** Where the ways are chosen from. Null if there is one only. */
  chooseHref: string | null;
  rememberDays: number | null;
}

const titles: Readonly<Record<StrategyName, MessageKey>> = {
  AUTHENTICATOR_APP: 'enroll.appTitle',
  WEBAUTHN_PLATFORM: 'enroll.platformTitle',
  WEBAUTHN_CROSS_PLATFORM: 'enroll.keyTitle',
  SMS: 'enroll.smsTitle',
  EMAIL_CODE: 'enroll.emailTitle',
};

const explanations: Readonly<Record<StrategyName, MessageKey>> = {
  AUTHENTICATOR_APP: 'enroll.chooseApp',
  WEBAUTHN_PLATFORM: 'enroll.choosePlatform',
  WEBAUTHN_CROSS_PLATFORM: 'enroll.chooseKey',
  SMS: 'enroll.chooseSms',
  EMAIL_CODE: 'enroll.chooseEmail',
};

function Enroll({ form, step, strategies, chooseHref, rememberDays }: EnrollModel) {
  const { text, service } = usePage();
  return (
    <>
      <p>{text('enroll.why', { service })}</p>
      {step === null ? (
        <nav class="choices" aria-labelledby="choose">
          <h2 id="choose">{text('enroll.choose')}</h2>
          <ul>
            {strategies.map(({ strategy, href }) => (
              <li key={href}>
                <a class="choice" href={href}>
                  <strong>{text(`factor.${strategy}`)}</strong>
                  <span>{text(explanations[strategy])}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
      ) : (
        <Step form={form} step={step} rememberDays={rememberDays} />
      )}
      {step === null || chooseHref === null ? null : (
        <p>
          <a href={chooseHref}>{text('enroll.other')}</a>
        </p>
      )}
      <Restart form={form} label={text('page.back')} />
    </>
  );
}

function Step({ form, step, rememberDays }: { form: FormTarget; step: EnrollStep; rememberDays: number | null }) {
  switch (step.strategy) {
    case 'AUTHENTICATOR_APP':
      return <EnrollApp form={form} {...step} rememberDays={rememberDays} />;
    case 'SMS':
    case 'EMAIL_CODE':
      return <EnrollByCode form={form} step={step} rememberDays={rememberDays} />;
    default:
      return <EnrollWebAuthn form={form} strategy={step.strategy} name={step.name} options={step.options} rememberDays={rememberDays} />;
  }
}

/** Lets somebody without a second factor set one up, because the policy asks for it. */
export const enroll: View<EnrollModel> = {
  title: (text, { step }) => text(step === null ? 'enroll.title' : titles[step.strategy]),
  body: Enroll,
};
