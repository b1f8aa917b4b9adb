import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject, decodeClientDataJSON, isoCBOR } from '@simplewebauthn/server/helpers';
import type { Verdict } from '../../domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { Assertion, Registration } from './answer.ts';
import type { Ceremony, WebAuthnCredential } from './stored.ts';

/** EdDSA, ES256 and RS256, which cover the authenticators there are. Named, so that no default of the library or the runtime decides. */
export const algorithms: readonly number[] = [-8, -7, -257];

/** What the authenticator knows the user by: the id, which says nothing about the person (WebAuthn §14.6.1). */
export const userHandleOf = (userId: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(userId);

const wrong = { ok: false, reason: 'wrong' } as const;

/** Whether the answer makes a new credential for this ceremony (WebAuthn §7.1). `signCount` is where its counter starts. */
export async function verifyRegistration(
  relyingParty: RelyingParty,
  ceremony: Ceremony,
  answer: Registration,
): Promise<Verdict<{ credential: WebAuthnCredential; signCount: number }>> {
  if (ceremony.kind !== 'create') return wrong;
  const { id, clientDataJSON, attestationObject, transports } = answer;
  const verified = await judged(async () => {
    if (isFramed(clientDataJSON) || !isPlainAttestation(attestationObject)) return null;
    const result = await verifyRegistrationResponse({
      ...expectedOf(relyingParty, ceremony),
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, attestationObject } },
      supportedAlgorithmIDs: [...algorithms],
    });
    // A bad signature is no error but an answer of the library; an object alone says nothing (CVE-2026-0723).
    return result.verified === true ? result.registrationInfo : null;
  });
  // The id outside is the client's word, the one inside the authenticator's.
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
 * Whether the answer proves this credential for this ceremony (WebAuthn §7.2). Whether `signCount` moved forward is not seen
 * here: that takes the one statement which raises it.
 */
export async function verifyAssertion(
  relyingParty: RelyingParty,
  ceremony: Ceremony,
  credential: WebAuthnCredential,
  answer: Assertion,
): Promise<Verdict<{ signCount: number }>> {
  const { id, clientDataJSON, authenticatorData, signature, userHandle } = answer;
  if (ceremony.kind !== 'get' || !ceremony.credentialIds.includes(credential.id) || id !== credential.id) return wrong;
  if (userHandle !== null && userHandle !== ceremony.userHandle) return wrong;
  const verified = await judged(async () => {
    if (isFramed(clientDataJSON)) return null;
    const result = await verifyAuthenticationResponse({
      ...expectedOf(relyingParty, ceremony),
      response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response: { clientDataJSON, authenticatorData, signature } },
      // With a counter of zero the library compares nothing, so that no stale value read before decides.
      credential: { id, publicKey: Uint8Array.from(Buffer.from(credential.publicKey, 'base64url')), counter: 0 },
    });
    return result.verified === true ? result.authenticationInfo : null;
  });
  if (verified === null) return wrong;
  // Whether a credential can be synced never changes (WebAuthn §7.2 step 18).
  if ((verified.credentialDeviceType === 'multiDevice') !== credential.backupEligible) return wrong;
  return { ok: true, signCount: verified.newCounter };
}

const expectedOf = ({ id, origins, userVerification }: RelyingParty, { challenge }: Ceremony) => ({
  expectedChallenge: challenge,
  expectedOrigin: [...origins],
  expectedRPID: id,
  // From the same value as the options: the library's two defaults contradict each other.
  requireUserVerification: userVerification === 'required',
});

/** The library throws a plain `Error` at most faults, with challenge and origin in its text: none of it goes on. */
async function judged<T>(check: () => Promise<T | null>): Promise<T | null> {
  try {
    return await check();
  } catch {
    return null;
  }
}

/** A page within a page of somebody else: no such use is served, and a frame is how clicks are stolen (WebAuthn §13.4.2). */
function isFramed(clientDataJSON: string): boolean {
  const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
  return crossOrigin === true || topOrigin !== undefined;
}

/**
 * No attestation is asked for, and what a browser leaves of one is none, or a signature by the credential itself. Others are
 * refused unread: to judge them the library would follow addresses in the certificates of whoever sent them.
 */
function isPlainAttestation(attestationObject: string): boolean {
  const bytes = Uint8Array.from(Buffer.from(attestationObject, 'base64url'));
  const decoded = decodeAttestationObject(bytes);
  const format: string = decoded.get('fmt');
  const plain = format === 'none' || (format === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
  // The library reads the first item and ignores what follows it.
  return plain && isoCBOR.encode(isoCBOR.decodeFirst(bytes)).byteLength === bytes.byteLength;
}
