import type { StrategyUser } from '../../domain/authenticator/strategy.ts';
import { maxWebAuthnNameBytes } from '../../domain/bounds.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { Random } from '../../domain/ports.ts';
import { cutToBytes } from '../../domain/text.ts';
import { webAuthnLibrary } from './library.ts';
import type { Attachment, Ceremony, WebAuthnCredential } from './stored.ts';
import { algorithms, userHandleOf } from './verify.ts';

/** Length of a challenge. WebAuthn §13.4.3 asks for at least 16 bytes. */
const challengeBytes = 32;
/** How long the browser waits for the person. */
const timeoutMilliseconds = 60_000;

interface StartedCeremony {
  ceremony: Ceremony;
  /** Options for `navigator.credentials`, in the JSON form of WebAuthn §5.1: bytes are base64url without padding. */
  options: object;
}

/** Makes the options for creating a credential. With `attachment` null the person may use either kind of authenticator. */
export async function creationOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  { user, attachment, exclude }: { user: StrategyUser; attachment: Attachment | null; exclude: readonly WebAuthnCredential[] },
): Promise<StartedCeremony> {
  const name = cutToBytes(user.email, maxWebAuthnNameBytes);
  const { generateRegistrationOptions } = await webAuthnLibrary();
  const options = await generateRegistrationOptions({
    rpID: relyingParty.id,
    rpName: relyingParty.name,
    userID: userHandleOf(user.id),
    userName: name,
    userDisplayName: name,
    challenge: Uint8Array.from(random.bytes(challengeBytes)),
    timeout: timeoutMilliseconds,
    attestationType: 'none',
    excludeCredentials: exclude.map(descriptor),
    // The library writes into this object, so each call needs a new one.
    authenticatorSelection: {
      // The server lists the credentials when it asks for one, so the authenticator need not store them.
      residentKey: 'discouraged',
      userVerification: relyingParty.userVerification,
      ...(attachment === null ? {} : { authenticatorAttachment: attachment }),
    },
    supportedAlgorithmIDs: [...algorithms],
  });
  return { options, ceremony: { kind: 'create', attachment, challenge: options.challenge, userHandle: options.user.id, credentialIds: [] } };
}

/** Makes the options for proving one of the given credentials. */
export async function requestOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  { user, credentials }: { user: StrategyUser; credentials: readonly WebAuthnCredential[] },
): Promise<StartedCeremony> {
  const { generateAuthenticationOptions } = await webAuthnLibrary();
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
