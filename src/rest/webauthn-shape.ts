import { z } from 'zod';
import type { BegunCeremony } from '../services/mfa/webauthn-ceremonies.ts';
import { optionalText, text } from './validation.ts';
import { wireDeviceTypes } from './wire-names.ts';

export const deviceType = z.enum(wireDeviceTypes).describe('The kind of authenticator');
export const webauthnToken = text().describe('From the call that gave the options; good for 300 seconds and one answer');

const descriptors = z.array(z.looseObject({ id: z.string(), type: z.string(), transports: z.array(z.string()).optional() }));

/** For `navigator.credentials.create`. Bytes are base64url without padding: the decoder of some clients would append zeros for it. */
const creationOptions = z
  .looseObject({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
    excludeCredentials: descriptors,
    timeout: z.number().describe('Milliseconds'),
    authenticatorSelection: z.looseObject({}),
  })
  .meta({ id: 'WebAuthnCreationOptions', description: 'PublicKeyCredentialCreationOptionsJSON of WebAuthn Level 3' });

/** For `navigator.credentials.get`. */
const requestOptions = z
  .looseObject({
    challenge: z.string(),
    allowCredentials: descriptors,
    timeout: z.number().describe('Milliseconds'),
    rpId: z.string(),
    userVerification: z.string(),
  })
  .meta({ id: 'WebAuthnRequestOptions', description: 'PublicKeyCredentialRequestOptionsJSON of WebAuthn Level 3' });

export const creation = z.object({ options: creationOptions, webauthnToken: z.string() });
export const request = z.object({ options: requestOptions, webauthnToken: z.string() });

export const creationOf = ({ options, webauthnToken }: BegunCeremony): z.output<typeof creation> => creation.parse({ options, webauthnToken });
export const requestOf = ({ options, webauthnToken }: BegunCeremony): z.output<typeof request> => request.parse({ options, webauthnToken });

/** The browser's answer, bytes as base64url. Other fields go along: what counts of them is for the strategy to say. */
export const registration = z
  .looseObject({ id: text(), response: z.looseObject({ clientDataJSON: text(), attestationObject: text() }) })
  .meta({ id: 'WebAuthnRegistration', description: 'RegistrationResponseJSON of WebAuthn Level 3; `rawId` and `type` may be missing' });

export const assertion = z
  .looseObject({
    id: text(),
    response: z.looseObject({ clientDataJSON: text(), authenticatorData: text(), signature: text(), userHandle: optionalText() }),
  })
  .meta({ id: 'WebAuthnAssertion', description: 'AuthenticationResponseJSON of WebAuthn Level 3; `rawId` and `type` may be missing' });
