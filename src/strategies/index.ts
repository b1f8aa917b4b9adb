import type { Keyring, Random } from '../domain/ports.ts';
import type { AuthenticatorAppShow, SmsShow, Strategy, StrategyName } from '../domain/strategy.ts';
import { createAuthenticatorApp } from './authenticator-app/strategy.ts';
import { createEmailCode } from './email-code/strategy.ts';
import type { SmsCountries } from './sms/enroll.ts';
import { createSms } from './sms/strategy.ts';

/** `strategies[name]` for any name, undefined where this release has none; those it has are typed as present. */
export interface Strategies extends Readonly<Partial<Record<StrategyName, Strategy>>> {
  readonly AUTHENTICATOR_APP: Strategy<AuthenticatorAppShow, string>;
  readonly SMS: Strategy<SmsShow, string>;
  readonly EMAIL_CODE: Strategy<object, string>;
}

/** Every way to prove a second factor, each made of exactly what it needs. There is no other list. */
export const createStrategies = ({
  random,
  keyring,
  smsCountries,
}: {
  random: Random;
  keyring: Keyring;
  smsCountries: SmsCountries;
}): Strategies => ({
  AUTHENTICATOR_APP: createAuthenticatorApp({ random }),
  SMS: createSms({ random, keyring, countries: smsCountries }),
  EMAIL_CODE: createEmailCode({ random, keyring }),
});
