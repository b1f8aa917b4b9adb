/** Where an authenticator is: built into the device, or separate from it (WebAuthn §5.4.5). */
export type Attachment = 'platform' | 'cross-platform';

/** A started WebAuthn ceremony, with everything its answer is checked against. */
export interface Ceremony {
  kind: 'create' | 'get';
  /** The required attachment of a new credential. Null if the person may choose, and for `get`. */
  attachment: Attachment | null;
  /** 32 random bytes as base64url. */
  challenge: string;
  /** The expected user handle as base64url. */
  userHandle: string;
  /** Ids of the credentials that may answer a `get`. Empty for `create`, and for a login by whichever passkey the person chooses. */
  credentialIds: string[];
  /** Whether the authenticator has to verify its user although the setting does not ask for it. Absent means no. */
  requiresUser?: boolean;
}

/**
 * A credential as it was registered. Its signature counter is stored in a column of its own, because one statement has to
 * compare and advance it.
 */
export interface WebAuthnCredential {
  /** Credential id as base64url without padding. */
  id: string;
  /** COSE public key as base64url. */
  publicKey: string;
  transports: string[];
  /** True if the credential can be synced to other devices. This never changes (WebAuthn §6.1.3). */
  backupEligible: boolean;
  /** True if the credential was already synced when it was registered. */
  backedUp: boolean;
  /** Model of the authenticator as a UUID; all zeros if the authenticator does not report it. */
  aaguid: string;
}

/** Encodes a ceremony or a credential as bytes, which the caller seals and stores. */
export const keep = (value: Ceremony | WebAuthnCredential): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

// The bytes were sealed by this server, so they still have the shape that `keep` was given.
const kept = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

/** Decodes a ceremony that `keep` encoded. */
export const ceremonyOf = (bytes: Uint8Array): Ceremony => kept(bytes) as Ceremony;

/** Decodes a credential that `keep` encoded. */
export const credentialOf = (bytes: Uint8Array): WebAuthnCredential => kept(bytes) as WebAuthnCredential;
