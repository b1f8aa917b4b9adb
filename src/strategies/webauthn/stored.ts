/** Where an authenticator sits: in this device, or on its own. */
export type Attachment = 'platform' | 'cross-platform';

/** A ceremony begun: what its answer is held against. */
export interface Ceremony {
  kind: 'create' | 'get';
  /** `create`: the kind of authenticator asked for; null where the person chooses. */
  attachment: Attachment | null;
  /** 32 random bytes, base64url. */
  challenge: string;
  /** The user handle asked for, base64url. */
  userHandle: string;
  /** `get`: the only credentials that may answer. */
  credentialIds: string[];
}

/** A credential as it was registered. How often it has signed is kept beside it, where one statement can compare and raise it. */
export interface WebAuthnCredential {
  /** Base64url without padding. */
  id: string;
  /** COSE key, base64url. */
  publicKey: string;
  transports: string[];
  /** Whether it can be synced to other devices; never changes (WebAuthn §6.1.3). */
  backupEligible: boolean;
  /** Whether it was synced when it was registered. */
  backedUp: boolean;
  /** Model of the authenticator; zeros where it does not tell. */
  aaguid: string;
}

/** As bytes to be sealed. */
export const keep = (value: Ceremony | WebAuthnCredential): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

// What comes back was sealed by this server, so it is what `keep` was given.
const kept = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
export const ceremonyOf = (bytes: Uint8Array): Ceremony => kept(bytes) as Ceremony;
export const credentialOf = (bytes: Uint8Array): WebAuthnCredential => kept(bytes) as WebAuthnCredential;
