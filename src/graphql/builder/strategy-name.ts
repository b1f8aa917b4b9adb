import type { StrategyName } from '../../domain/strategy-name.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';

/** The strategies as an enum, for every noun that names one. */
export const MfaStrategyName = builder.enumType('MfaStrategyName', {
  description: 'A way to prove a second factor. New ones may be added in any release.',
  values: enumValues<StrategyName>({
    AUTHENTICATOR_APP: 'A six-digit code an app computes from a shared secret and the time (TOTP, RFC 6238).',
    WEBAUTHN_PLATFORM: 'A passkey of the device itself, such as a fingerprint reader.',
    WEBAUTHN_CROSS_PLATFORM: 'A security key that can be carried from device to device.',
    SMS: 'A six-digit code in a text message.',
    EMAIL_CODE: 'A six-digit code in an e-mail to the address of the user.',
  }),
});
