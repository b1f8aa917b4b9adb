import type { Verdict } from '../../domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { Assertion, Registration } from './answer.ts';
import { webAuthnLibrary } from './library.ts';
import type { Ceremony, WebAuthnCredential } from './stored.ts';

/** Accepted signature algorithms by COSE number: EdDSA, ES256 and RS256. They are listed so that no library default decides. */
export const algorithms: readonly number[] = [-8, -7, -257];

/** Returns the WebAuthn user handle: the bytes of the user's id, which reveals nothing about the person (WebAuthn §14.6.1). */
export const userHandleOf = (userId: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(userId);

/**
 * Returns the user handle of passkeys. It is another one than that of second factors, because an authenticator that stores its credentials
 * keeps one for each handle: a passkey would replace the second factor on the same device, or the reverse (WebAuthn §6.3.2 step 7).
 */
export const passkeyHandleOf = (userId: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(`passkey:${userId}`);

type Library = Awaited<ReturnType<typeof webAuthnLibrary>>;

const wrong = { ok: false, reason: 'wrong' } as const;

/** Checks a registration against its ceremony (WebAuthn §7.1). Returns the new credential and the first value of its counter. */
export async function verifyRegistration(
  relyingParty: RelyingParty,
  ceremony: Ceremony,
  answer: Registration,
): Promise<Verdict<{ credential: WebAuthnCredential; signCount: number }>> {
  if (ceremony.kind !== 'create') return wrong;
  const { id, clientDataJSON, attestationObject, transports } = answer;
  const library = await webAuthnLibrary();
  const verified = await nullIfThrown(async () => {
    if (isFramed(library, clientDataJSON) || !isPlainAttestation(library, attestationObject)) return null;
    const result = await library.verifyRegistrationResponse({
      ...expectedOf(relyingParty, ceremony),
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, attestationObject } },
      supportedAlgorithmIDs: [...algorithms],
    });
    // For a bad signature the library returns an object with `verified` false and does not throw (CVE-2026-0723).
    return result.verified === true ? result.registrationInfo : null;
  });
  // The client sent `id`; only the id in the attested data comes from the authenticator. Both must agree.
  if (verified === null || verified.credential.id !== id) return wrong;
  return {
    ok: true,
    signCount: verified.credential.counter,
    credential: {
      id,
      publicKey: Buffer.from(verified.credential.publicKey).toString('base64url'),
      transports,
      backupEligible: verified.credentialDeviceType === 'multiDevice',
      backedUp: verified.credentialBackedUp,
      aaguid: verified.aaguid,
    },
  };
}

/**
 * Checks an assertion against its ceremony and credential (WebAuthn §7.2). Returns the signature counter but does not
 * compare it: the caller compares and advances it in one statement, so that parallel answers cannot both pass.
 */
export async function verifyAssertion(
  relyingParty: RelyingParty,
  ceremony: Ceremony,
  credential: WebAuthnCredential,
  answer: Assertion,
): Promise<Verdict<{ signCount: number; userVerified: boolean }>> {
  const { id, clientDataJSON, authenticatorData, signature, userHandle } = answer;
  if (ceremony.kind !== 'get' || !ceremony.credentialIds.includes(credential.id) || id !== credential.id) return wrong;
  if (userHandle !== null && userHandle !== ceremony.userHandle) return wrong;
  const library = await webAuthnLibrary();
  const verified = await nullIfThrown(async () => {
    if (isFramed(library, clientDataJSON)) return null;
    const result = await library.verifyAuthenticationResponse({
      ...expectedOf(relyingParty, ceremony),
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, authenticatorData, signature } },
      // Zero switches off the library's own comparison, which could only use a value read earlier.
      credential: { id, publicKey: Uint8Array.from(Buffer.from(credential.publicKey, 'base64url')), counter: 0 },
    });
    return result.verified === true ? result.authenticationInfo : null;
  });
  if (verified === null) return wrong;
  // The backup eligibility of a credential never changes (WebAuthn §7.2 step 18).
  if ((verified.credentialDeviceType === 'multiDevice') !== credential.backupEligible) return wrong;
  return { ok: true, signCount: verified.newCounter, userVerified: verified.userVerified };
}

const expectedOf = ({ id, origins, userVerification }: RelyingParty, { challenge, requiresUser = false }: Ceremony) => ({
  expectedChallenge: challenge,
  expectedOrigin: [...origins],
  expectedRPID: id,
  // The options are made from the same setting. It must be passed, because the library's two defaults contradict each other.
  requireUserVerification: userVerification === 'required' || requiresUser,
});

/** Runs a check and returns null if it throws. The library's error texts contain the challenge and the origin, so they are dropped. */
async function nullIfThrown<T>(check: () => Promise<T | null>): Promise<T | null> {
  try {
    return await check();
  } catch {
    return null;
  }
}

/** Tells whether the page ran in a frame of another origin. This is refused, because framing allows clickjacking (WebAuthn §13.4.2). */
function isFramed({ decodeClientDataJSON }: Library, clientDataJSON: string): boolean {
  const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
  return crossOrigin === true || topOrigin !== undefined;
}

/**
 * Tells whether the attestation is absent or made by the credential itself. Browsers send nothing else, because the
 * options ask for no attestation. Other formats are refused before the library reads them: it would fetch addresses
 * named in the sender's certificates.
 */
function isPlainAttestation({ decodeAttestationObject, isoCBOR }: Library, attestationObject: string): boolean {
  const bytes = Uint8Array.from(Buffer.from(attestationObject, 'base64url'));
  const decoded = decodeAttestationObject(bytes);
  const format: string = decoded.get('fmt');
  const plain = format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
  // The library reads only the first CBOR item and ignores any bytes after it.
  return plain && isoCBOR.encode(isoCBOR.decodeFirst(bytes)).byteLength === bytes.byteLength;
}
