import { z } from 'zod';
import { webAuthnAnswerSeconds } from '../domain/bounds.ts';
import { optionalText, text } from './validation.ts';
import { wireDeviceTypes } from './wire-names.ts';

/** The field `deviceType` of a request. */
export const deviceType = z.enum(wireDeviceTypes).describe('The kind of authenticator.');
/** The field `webauthnToken` of a request. */
export const webauthnToken = text().describe(
  `The token from the call that returned the options. It works for ${webAuthnAnswerSeconds} seconds and one answer.`,
);

const descriptors = z.array(z.looseObject({ id: z.string(), type: z.string(), transports: z.array(z.string()).optional() }));

/**
 * The options for `navigator.credentials.create`. Bytes are base64url without padding, because the decoder of some clients
 * would turn padding into zeros.
 */
export const creationOptions = z
  .looseObject({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
    excludeCredentials: descriptors,
    timeout: z.number().describe('The time in milliseconds the browser waits.'),
    authenticatorSelection: z.looseObject({}),
  })
  .meta({ id: 'WebAuthnCreationOptions', description: '`PublicKeyCredentialCreationOptionsJSON` of WebAuthn Level 3.' });

/** The options for `navigator.credentials.get`. */
export const requestOptions = z
  .looseObject({
    challenge: z.string(),
    allowCredentials: descriptors,
    timeout: z.number().describe('The time in milliseconds the browser waits.'),
    rpId: z.string(),
    userVerification: z.string(),
  })
  .meta({ id: 'WebAuthnRequestOptions', description: '`PublicKeyCredentialRequestOptionsJSON` of WebAuthn Level 3.' });

/** The answer that begins an enrollment. */
export const creation = z.object({ options: creationOptions, webauthnToken: z.string() });
/** The answer that begins a verification. */
export const request = z.object({ options: requestOptions, webauthnToken: z.string() });

/** Encodes the start of an enrollment. */
export const creationOf = ({ token, show }: { token: string; show: object }): z.output<typeof creation> =>
  creation.parse({ options: show, webauthnToken: token });
/** Encodes the start of a verification. */
export const requestOf = ({ token, show }: { token: string; show: object }): z.output<typeof request> =>
  request.parse({ options: show, webauthnToken: token });

/**
 * What the browser answers to `navigator.credentials.create`, with bytes as base64url. Other fields are kept, because the
 * strategy decides which of them matter.
 */
export const registration = z
  .looseObject({ id: text(), response: z.looseObject({ clientDataJSON: text(), attestationObject: text() }) })
  .meta({ id: 'WebAuthnRegistration', description: '`RegistrationResponseJSON` of WebAuthn Level 3. `rawId` and `type` may be missing.' });

/** What the browser answers to `navigator.credentials.get`, with bytes as base64url. */
export const assertion = z
  .looseObject({
    id: text(),
    response: z.looseObject({ clientDataJSON: text(), authenticatorData: text(), signature: text(), userHandle: optionalText() }),
  })
  .meta({ id: 'WebAuthnAssertion', description: '`AuthenticationResponseJSON` of WebAuthn Level 3. `rawId` and `type` may be missing.' });
