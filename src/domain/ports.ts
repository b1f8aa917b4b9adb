import type { Availability } from './authenticator/strategy.ts';
import type { Message } from './messaging/message.ts';

export interface Clock {
  now(): Date;
}

export interface Random {
  bytes(length: number): Uint8Array;
  /** Uniform decimal digits, leading zeros kept. */
  digits(length: number): string;
  /** Lower-case UUID, version 4. */
  uuid(): string;
  /** 256 bits as base64url: mfaTokens, otcTokens, refresh and device tokens. */
  token(): string;
}

/** The place a sealed value belongs to; opening it anywhere else fails. */
export interface SealedPlace {
  table: string;
  row: string;
  column: string;
}

export interface Keyring {
  /** AES-256-GCM under the current master key; the place is authenticated with it. */
  seal(plain: Uint8Array, place: SealedPlace): Uint8Array;
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array;
  /** SHA-256 of a 256-bit random token, for look-up. */
  hashToken(token: string): string;
  /** Keyed digest of a short secret; carries the id of its key, so older ones stay comparable. */
  digest(purpose: string, value: string): string;
  /** Compares in constant time. */
  matches(purpose: string, value: string, digest: string): boolean;
}

export interface Passwords {
  /** Throws `Unavailable` when too many hashes wait already. */
  hash(password: string): Promise<string>;
  /** With null does the same work and answers false, so that an unknown user takes as long as a wrong password. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

export interface KeyPair {
  /** RFC 7638 thumbprint. */
  kid: string;
  /** PKCS #8, PEM. */
  privateKey: string;
  publicJwk: Record<string, string>;
}

export type Claims = Record<string, unknown>;

/** Signs and checks RS256 tokens; knows nothing of what the claims mean. */
export interface Signer {
  generateKeyPair(): Promise<KeyPair>;
  /** `claims` carries `iat` and `exp` already. */
  sign(claims: Claims, key: KeyPair): Promise<string>;
  /** Claims of a token signed by one of the keys for this issuer and audience and not expired at `now`; else null. */
  verify(
    token: string,
    publicKeys: readonly Record<string, string>[],
    expected: { issuer: string; audience: string; now: Date },
  ): Promise<Claims | null>;
  /** The key as PEM (SubjectPublicKeyInfo). */
  publicKeyPem(publicJwk: Record<string, string>): string;
}

/** Hands a message to a provider. Throws when it was not taken; the outbox tries again, unless it is a final `DeliveryFailure`. */
export interface Delivery {
  /** Whether e-mail can be sent at all, and if not, why, in words for the operator. */
  readonly email: Availability;
  /** The same for text messages. */
  readonly sms: Availability;
  /** `sender` is for e-mail, null for the default. `id` is the same at every try, so that a receiver knows a message it has. */
  send(message: Message, sender: string | null, id: string): Promise<void>;
}

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
