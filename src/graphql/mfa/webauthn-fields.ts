import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { BegunCeremony } from '../../services/mfa/webauthn-ceremonies.ts';
import { builder } from '../builder/builder.ts';
import { enumValues } from '../builder/enum-values.ts';

export type DeviceType = 'PLATFORM' | 'CROSS_PLATFORM';

export const WebAuthnDeviceType = builder.enumType('WebAuthnDeviceType', {
  description: 'The kind of a WebAuthn authenticator.',
  values: enumValues<DeviceType>({
    PLATFORM: 'Built into the device, such as a fingerprint reader: the strategy `WEBAUTHN_PLATFORM`.',
    CROSS_PLATFORM: 'Carried from device to device, such as a security key: the strategy `WEBAUTHN_CROSS_PLATFORM`.',
  }),
});

export const strategyOfType = (type: DeviceType): WebAuthnStrategy => `WEBAUTHN_${type}`;

export const webauthnTokenDescription = 'Opaque. It comes back with the answer of the browser, and is good for one answer, right or wrong.';
export const credentialDescription =
  'What `navigator.credentials` answered, as its `toJSON()`: RFC 4648 base64url for bytes, at most 16384 characters. Fields nobody knows are ignored.';

/** The size of a credential as JSON; real ones have some 2000 characters. */
export const maxCredentialCharacters = 16_384;

/** What beginning a ceremony answers. */
export const begunCeremony = (name: string, description: string, options: string) =>
  builder.objectRef<BegunCeremony>(name).implement({
    description,
    fields: (t) => ({
      options: t.expose('options', { type: 'JSONObject', description: options }),
      webauthnToken: t.exposeString('webauthnToken', { description: webauthnTokenDescription }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the answer has to be back.' }),
    }),
  });
