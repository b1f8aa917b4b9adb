import type { ReadPhoneNumber } from '../domain/authenticator/phone-number.ts';
import type { AuthenticatorAppShow, Availability, SmsShow, Strategy } from '../domain/authenticator/strategy.ts';
import type { RelyingParty } from '../domain/environment/relying-party.ts';
import type { Channel } from '../domain/messaging/message.ts';
import type { Keyring, Random } from '../domain/ports.ts';
import type { StrategyName } from '../domain/strategy-name.ts';
import { createAuthenticatorApp } from './authenticator-app/strategy.ts';
import { createEmailCode } from './email-code/strategy.ts';
import { createSms } from './sms/strategy.ts';
import type { WebAuthnAnswer } from './webauthn/answer.ts';
import { createWebAuthn } from './webauthn/strategy.ts';

/** All strategies by name, each typed with what it shows and the answer it reads. */
export interface Strategies extends Readonly<Record<StrategyName, Strategy>> {
  readonly AUTHENTICATOR_APP: Strategy<AuthenticatorAppShow, string>;
  readonly WEBAUTHN_PLATFORM: Strategy<object, WebAuthnAnswer>;
  readonly WEBAUTHN_CROSS_PLATFORM: Strategy<object, WebAuthnAnswer>;
  readonly SMS: Strategy<SmsShow, string>;
  readonly EMAIL_CODE: Strategy<object, string>;
}

interface Needs {
  random: Random;
  keyring: Keyring;
  relyingParty: RelyingParty;
  readPhoneNumber: ReadPhoneNumber;
  /** Whether e-mail and text messages can be sent. */
  channels: Readonly<Record<Channel, Availability>>;
}

/** Makes every strategy from exactly what it needs. A name of `strategyNames` without a strategy here does not compile. */
export const createStrategies = ({ random, keyring, relyingParty, readPhoneNumber, channels }: Needs): Strategies => ({
  AUTHENTICATOR_APP: createAuthenticatorApp({ random }),
  WEBAUTHN_PLATFORM: createWebAuthn('WEBAUTHN_PLATFORM', { random, relyingParty }),
  WEBAUTHN_CROSS_PLATFORM: createWebAuthn('WEBAUTHN_CROSS_PLATFORM', { random, relyingParty }),
  SMS: createSms({ random, keyring, readPhoneNumber, availability: channels.SMS }),
  EMAIL_CODE: createEmailCode({ random, keyring, availability: channels.EMAIL }),
});
