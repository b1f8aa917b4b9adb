import type { Keyring, Random } from '../domain/ports.ts';
import type { AuthenticatorAppShow, Strategy, StrategyName } from '../domain/strategy.ts';
import { createAuthenticatorApp } from './authenticator-app/strategy.ts';
import { createEmailCode } from './email-code/strategy.ts';

/** `strategies[name]` for any name, undefined where this release has none; the two it has are typed as present. */
export interface Strategies extends Readonly<Partial<Record<StrategyName, Strategy>>> {
  readonly AUTHENTICATOR_APP: Strategy<AuthenticatorAppShow, string>;
  readonly EMAIL_CODE: Strategy<object, string>;
}

/** Every way to prove a second factor, each made of exactly what it needs. There is no other list. */
export const createStrategies = ({ random, keyring }: { random: Random; keyring: Keyring }): Strategies => ({
  AUTHENTICATOR_APP: createAuthenticatorApp({ random }),
  EMAIL_CODE: createEmailCode({ random, keyring }),
});
