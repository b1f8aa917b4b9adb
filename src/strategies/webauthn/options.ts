import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import type { StrategyUser } from '../../domain/authenticator/strategy.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { Random } from '../../domain/ports.ts';
import type { Attachment, Ceremony, WebAuthnCredential } from './stored.ts';
import { algorithms, userHandleOf } from './verify.ts';

/** Twice the entropy WebAuthn §13.4.3 asks for. */
const challengeBytes = 32;
/** How long a browser waits for its person. */
const timeoutMilliseconds = 60_000;

interface Begun {
  ceremony: Ceremony;
  /** For `navigator.credentials`, in the JSON form of WebAuthn §5.1: bytes are base64url without padding. */
  options: object;
}

/** Options to make a credential. `attachment` null leaves the choice of authenticator to the person. */
export async function creationOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  { user, attachment, exclude }: { user: StrategyUser; attachment: Attachment | null; exclude: readonly WebAuthnCredential[] },
): Promise<Begun> {
  const options = await generateRegistrationOptions({
    rpID: relyingParty.id,
    rpName: relyingParty.name,
    userID: userHandleOf(user.id),
    userName: user.email,
    userDisplayName: user.email,
    challenge: Uint8Array.from(random.bytes(challengeBytes)),
    timeout: timeoutMilliseconds,
    attestationType: 'none',
    excludeCredentials: exclude.map(descriptor),
    // A new object at each call, since the library writes into the one it is given.
    authenticatorSelection: {
      // A second factor is named by the server, so it needs no place in the memory of the authenticator.
      residentKey: 'discouraged',
      userVerification: relyingParty.userVerification,
      ...(attachment === null ? {} : { authenticatorAttachment: attachment }),
    },
    supportedAlgorithmIDs: [...algorithms],
  });
  return { options, ceremony: { kind: 'create', attachment, challenge: options.challenge, userHandle: options.user.id, credentialIds: [] } };
}

/** Options to prove one of these credentials. */
export async function requestOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  { user, credentials }: { user: StrategyUser; credentials: readonly WebAuthnCredential[] },
): Promise<Begun> {
  const options = await generateAuthenticationOptions({
    rpID: relyingParty.id,
    challenge: Uint8Array.from(random.bytes(challengeBytes)),
    timeout: timeoutMilliseconds,
    userVerification: relyingParty.userVerification,
    allowCredentials: credentials.map(descriptor),
  });
  const userHandle = Buffer.from(userHandleOf(user.id)).toString('base64url');
  return {
    options,
    ceremony: { kind: 'get', attachment: null, challenge: options.challenge, userHandle, credentialIds: credentials.map(({ id }) => id) },
  };
}

const descriptor = ({ id, transports }: WebAuthnCredential) => ({ id, ...(transports.length === 0 ? {} : { transports }) });
