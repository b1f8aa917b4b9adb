import type { RelyingParty, UserVerification } from '../../domain/environment/relying-party.ts';
import type { WebAuthnStrategy } from '../../domain/strategy-name.ts';
import type { BegunCeremony } from '../../services/mfa/webauthn-ceremonies.ts';
import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { described } from '../builder/enum-values.ts';

export type DeviceType = 'PLATFORM' | 'CROSS_PLATFORM';

export const WebAuthnDeviceType = builder.enumType('WebAuthnDeviceType', {
  description: 'The kind of a WebAuthn authenticator.',
  values: described<DeviceType>({
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

const WebAuthnUserVerification = builder.enumType('WebAuthnUserVerification', {
  description: 'Whether an authenticator has to know its person, by PIN or fingerprint, besides being touched.',
  values: described<Uppercase<UserVerification>>({
    REQUIRED: 'It has to; others are refused.',
    PREFERRED: 'It does if it can.',
    DISCOURAGED: 'A touch is enough.',
  }),
});

const verificationWords = { required: 'REQUIRED', preferred: 'PREFERRED', discouraged: 'DISCOURAGED' } as const;

const WebAuthnRelyingParty = builder.objectRef<RelyingParty>('WebAuthnRelyingParty').implement({
  description: 'What WebAuthn authenticators are bound to. One that was enrolled under another `rpId` is useless here.',
  fields: (t) => ({
    rpId: t.exposeString('id', { description: 'A domain: credentials work on its pages and on those below it, nowhere else.' }),
    name: t.exposeString('name', { description: 'What browsers show while a credential is made.' }),
    origins: t.exposeStringList('origins', { description: 'The pages that may ask for a credential.' }),
    userVerification: t.field({
      type: WebAuthnUserVerification,
      description: 'What is asked of authenticators.',
      resolve: ({ userVerification }) => verificationWords[userVerification],
    }),
    syncedAsHardware: t.exposeBoolean('syncedAsHardware', {
      description: 'Whether tokens name a synced passkey `hwk` in `amr` beside `swk`, for clients that know no other word.',
    }),
  }),
});

builder.queryField('webAuthnRelyingParty', (t) =>
  t.field({
    type: WebAuthnRelyingParty,
    description: 'Domain, pages and rules of WebAuthn here, as the operator of this server set them.',
    authScopes: { somebody: true },
    resolve: async (_root, _args, context) => context.services.relyingParty.read(await actorOf(context)),
  }),
);
