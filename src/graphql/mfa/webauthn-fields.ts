import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

/** The two kinds of WebAuthn authenticator, by the names of the schema. */
export type DeviceType = 'PLATFORM' | 'CROSS_PLATFORM';

/** The enum of the two kinds. */
export const WebAuthnDeviceType = builder.enumType('WebAuthnDeviceType', {
  description: 'The kind of a WebAuthn authenticator.',
  values: enumValues<DeviceType>({
    PLATFORM: 'Built into a device, such as a fingerprint reader. The strategy is `WEBAUTHN_PLATFORM`.',
    CROSS_PLATFORM: 'Carried from device to device, such as a security key. The strategy is `WEBAUTHN_CROSS_PLATFORM`.',
  }),
});

/** Returns the strategy of a kind of WebAuthn authenticator. */
export const strategyOfType = (type: DeviceType): WebAuthnStrategy => `WEBAUTHN_${type}`;

/** The description of a `webauthnToken`. */
export const webauthnTokenDescription = 'It is opaque, goes back together with the answer of the browser, and works for one answer, right or wrong.';

/** What starting a WebAuthn ceremony returns. */
interface StartedWebAuthn {
  token: string;
  show: object;
  expiresAt: Date;
}

/** Makes the success of a mutation that starts a WebAuthn ceremony. */
export const startedCeremony = (name: string, description: string, options: string) =>
  builder.objectRef<StartedWebAuthn>(name).implement({
    description,
    fields: (t) => ({
      options: t.field({ type: 'JSONObject', description: options, resolve: ({ show }) => show }),
      webauthnToken: t.exposeString('token', { description: `The token of this call. ${webauthnTokenDescription}` }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the ceremony expires if the browser has not answered.' }),
    }),
  });
