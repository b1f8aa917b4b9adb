import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import type { StartedFactor } from '../../domain/oauth/interaction.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { AddressLimit } from '../../http/address-limits.ts';
import { maskedEmail } from '../masked.ts';
import type { EnrollStep } from '../parts/enroll-step.tsx';
import { qrPathOf } from '../qr-path.ts';
import type { Fields } from './fields.ts';
import type { Flash } from './flash.ts';
import { nameIn } from './inputs.ts';
import type { PagesNeeds } from './needs.ts';
import { sentCode } from './prove.ts';

/** The counters of client addresses for beginning with each strategy and for answering. */
export const enrollLimits = {
  AUTHENTICATOR_APP: ['ENROLL', 'ENROLL_VERIFY'],
  SMS: ['SMS_SEND', 'SMS_VERIFY'],
  EMAIL_CODE: ['EMAIL_CODE_SEND', 'EMAIL_CODE_VERIFY'],
  WEBAUTHN_PLATFORM: ['WEBAUTHN_ENROLL', 'WEBAUTHN_ENROLL_VERIFY'],
  WEBAUTHN_CROSS_PLATFORM: ['WEBAUTHN_ENROLL', 'WEBAUTHN_ENROLL_VERIFY'],
} as const satisfies Record<StrategyName, readonly [AddressLimit, AddressLimit]>;

/** What was begun, as the page needs it again. */
export interface BegunEnrollment {
  /** What the strategy shows. */
  show: object;
  phoneNumber?: string;
  name?: string;
}

/** Returns the strategy of this name. Null if it is none. */
export const strategyIn = (text: string | null | undefined): StrategyName | null => strategyNames.find((name) => name === text) ?? null;

/** Returns the name that a person gave an authenticator, or an empty text for none. Errors: `INVALID_INPUT`. */
export const deviceNameIn = (fields: Fields): string => nameIn(fields, 'name', (name) => [...name].length <= maxAuthenticatorNameCharacters);

/** What was begun with a strategy, by whom, and how an app is shown its secret. */
interface Enrolling {
  started: StartedFactor | null;
  email: string;
  /** Returns the secret of the app, the same one however often the page is loaded. */
  showApp(): Promise<{ otpauthUri: string; secret: string }>;
}

/** Returns how far the enrollment is, as its page shows it. */
export async function enrollStep(
  strategy: StrategyName,
  { started, email, showApp }: Enrolling,
  { typed = {} }: Flash,
  needs: PagesNeeds,
): Promise<EnrollStep> {
  const begun = (started?.shown ?? null) as BegunEnrollment | null;
  const sent = started === null ? null : sentCode(started, needs);
  switch (strategy) {
    case 'AUTHENTICATOR_APP': {
      const { otpauthUri, secret } = await showApp();
      return { strategy, otpauthUri, qrCode: await qrPathOf(otpauthUri), secret };
    }
    case 'SMS': {
      const { phoneNumber = null } = (begun?.show ?? {}) as { phoneNumber?: string };
      return { strategy, phoneNumber: typed.phoneNumber ?? begun?.phoneNumber ?? '', target: phoneNumber, sent };
    }
    case 'EMAIL_CODE':
      return { strategy, target: maskedEmail(email), sent };
    default:
      return { strategy, name: typed.name ?? begun?.name ?? '', options: begun?.show ?? null };
  }
}
