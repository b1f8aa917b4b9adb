import type { StrategyUser } from '../../domain/authenticator/strategy.ts';
import { maxWebAuthnNameBytes } from '../../domain/bounds.ts';
import type { RelyingParty } from '../../domain/environment/relying-party.ts';
import type { Random } from '../../domain/ports.ts';
import { cutToBytes } from '../../domain/text.ts';
import { webAuthnLibrary } from './library.ts';
import type { Attachment, Ceremony, WebAuthnCredential } from './stored.ts';
import { algorithms, passkeyHandleOf, userHandleOf } from './verify.ts';

/** Length of a challenge. WebAuthn §13.4.3 asks for at least 16 bytes. */
const challengeBytes = 32;
/** How long the browser waits for the person. */
const timeoutMilliseconds = 60_000;

interface StartedCeremony {
  ceremony: Ceremony;
  /** Options for `navigator.credentials`, in the JSON form of WebAuthn §5.1: bytes are base64url without padding. */
  options: object;
}

interface Creation {
  user: StrategyUser;
  /** Null lets the person use either kind of authenticator. */
  attachment: Attachment | null;
  exclude: readonly WebAuthnCredential[];
  /** Whether the credential is to log in without a password. */
  isPasskey?: boolean;
}

/** Makes the options for creating a credential. */
export async function creationOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  { user, attachment, exclude, isPasskey = false }: Creation,
): Promise<StartedCeremony> {
  const name = cutToBytes(user.email, maxWebAuthnNameBytes);
  const { generateRegistrationOptions } = await webAuthnLibrary();
  const options = await generateRegistrationOptions({
    rpID: relyingParty.id,
    rpName: relyingParty.name,
    userID: isPasskey ? passkeyHandleOf(user.id) : userHandleOf(user.id),
    userName: name,
    userDisplayName: name,
    challenge: Uint8Array.from(random.bytes(challengeBytes)),
    timeout: timeoutMilliseconds,
    attestationType: 'none',
    excludeCredentials: exclude.map(descriptor),
    // The library writes into this object, so each call needs a new one.
    authenticatorSelection: {
      // The server lists second factors when it asks for one, so the authenticator need not store them. A passkey that is stored logs in
      // without an address; one that is not still logs in with it.
      residentKey: isPasskey ? 'preferred' : 'discouraged',
      userVerification: isPasskey ? 'required' : relyingParty.userVerification,
      ...(attachment === null ? {} : { authenticatorAttachment: attachment }),
    },
    supportedAlgorithmIDs: [...algorithms],
  });
  const { challenge, user: shown } = options;
  return {
    options,
    ceremony: { kind: 'create', attachment, challenge, userHandle: shown.id, credentialIds: [], requiresUser: isPasskey },
  };
}

/** Makes the options for proving one of the given credentials. With `requiresUser` the authenticator has to verify its user. */
export async function requestOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  { user, credentials, requiresUser }: { user: StrategyUser; credentials: readonly WebAuthnCredential[]; requiresUser: boolean },
): Promise<StartedCeremony> {
  const { generateAuthenticationOptions } = await webAuthnLibrary();
  const options = await generateAuthenticationOptions({
    rpID: relyingParty.id,
    challenge: Uint8Array.from(random.bytes(challengeBytes)),
    timeout: timeoutMilliseconds,
    userVerification: requiresUser ? 'required' : relyingParty.userVerification,
    allowCredentials: credentials.map(descriptor),
  });
  const { challenge } = options;
  const userHandle = Buffer.from(userHandleOf(user.id)).toString('base64url');
  return {
    options,
    ceremony: { kind: 'get', attachment: null, challenge, userHandle, credentialIds: credentials.map(({ id }) => id), requiresUser },
  };
}

/**
 * Makes the options for a login by one of the passkeys with these ids, or with none by whichever the person chooses. Whether the
 * authenticator verifies its user decides what follows, so it is asked to wherever it can.
 */
export async function passkeyRequestOptions(
  { relyingParty, random }: { relyingParty: RelyingParty; random: Random },
  credentialIds: readonly string[],
): Promise<StartedCeremony> {
  const { generateAuthenticationOptions } = await webAuthnLibrary();
  const options = await generateAuthenticationOptions({
    rpID: relyingParty.id,
    challenge: Uint8Array.from(random.bytes(challengeBytes)),
    timeout: timeoutMilliseconds,
    userVerification: relyingParty.userVerification === 'required' ? 'required' : 'preferred',
    allowCredentials: credentialIds.map((id) => ({ id })),
  });
  // Whose passkey answers is known with the answer.
  return {
    options,
    ceremony: { kind: 'get', attachment: null, challenge: options.challenge, userHandle: '', credentialIds: [...credentialIds] },
  };
}

const descriptor = ({ id, transports }: WebAuthnCredential) => ({ id, ...(transports.length === 0 ? {} : { transports }) });
