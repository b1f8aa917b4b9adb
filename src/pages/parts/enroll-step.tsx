import type { StrategyName, WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { MessageKey } from '../messages/en.ts';
import type { QrPath } from '../qr-path.ts';
import type { FormTarget } from '../view.ts';
import { usePage } from './context.ts';
import { EnrollApp } from './enroll-app.tsx';
import { EnrollByCode } from './enroll-by-code.tsx';
import { EnrollWebAuthn } from './enroll-webauthn.tsx';
import type { FactorOption } from './factors.tsx';
import type { SentCode } from './send-code.tsx';

/** The strategy that is being set up, and how far it is. */
export type EnrollStep =
  | { strategy: 'AUTHENTICATOR_APP'; otpauthUri: string; qrCode: QrPath; secret: string }
  /** `target` is masked, and null until a code was sent. `phoneNumber` is what the person typed. */
  | { strategy: 'SMS'; phoneNumber: string; target: string | null; sent: SentCode | null }
  | { strategy: 'EMAIL_CODE'; target: string; sent: SentCode | null }
  | { strategy: WebAuthnStrategy; name: string; options: object | null };

/** The titles of the pages on which each strategy is set up. */
export const enrollTitles: Readonly<Record<StrategyName, MessageKey>> = {
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

/** A strategy that can be set up, and the page on which. */
export type EnrollOption = Omit<FactorOption, 'detail'>;

/** The strategies to choose from, under a heading. */
export function WaysToEnroll({ heading, strategies }: { heading: string; strategies: readonly EnrollOption[] }) {
  const { text } = usePage();
  return (
    <nav class="choices" aria-labelledby="choose">
      <h2 id="choose">{heading}</h2>
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
  );
}

/** The form that goes on with the strategy that is being set up. */
export function EnrollForm({ form, step, rememberDays }: { form: FormTarget; step: EnrollStep; rememberDays: number | null }) {
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
