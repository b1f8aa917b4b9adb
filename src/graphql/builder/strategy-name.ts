import { codeDigits } from '../../domain/bounds.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { builder } from './builder.ts';
import { enumValues } from './enum-values.ts';

/** The enum of strategies, for every type that names one. A strategy of the domain without a description does not compile. */
export const MfaStrategyName = builder.enumType('MfaStrategyName', {
  description: 'A way to prove a second factor. Any release may add values.',
  values: enumValues<StrategyName>({
    AUTHENTICATOR_APP: `A ${codeDigits}-digit code that an app computes from a shared secret and the time (TOTP, RFC 6238).`,
    WEBAUTHN_PLATFORM: 'A WebAuthn authenticator built into a device, such as a fingerprint reader.',
    WEBAUTHN_CROSS_PLATFORM: 'A WebAuthn authenticator that is carried from device to device, such as a security key.',
    SMS: `A ${codeDigits}-digit code in a text message.`,
    EMAIL_CODE: `A ${codeDigits}-digit code in an e-mail to the address of the user.`,
  }),
});
