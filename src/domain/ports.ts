import type { Availability } from './authenticator/strategy.ts';
import type { Message } from './messaging/message.ts';
import type { ForeignHash } from './password/foreign-hash.ts';

/** The current time. */
export interface Clock {
  now(): Date;
}

/** Cryptographically secure randomness. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** Returns uniform decimal digits; leading zeros are kept. */
  digits(length: number): string;
  /** Returns a UUID of version 4 in lower case. */
  uuid(): string;
  /** Returns 256 bits as base64url, for mfaTokens, otcTokens, refresh tokens and the like. */
  token(): string;
}

/** The place that a sealed value is stored at. It can be opened only with the same place. */
export interface SealedPlace {
  table: string;
  row: string;
  column: string;
}

/** Encrypts, hashes and compares secrets. */
export interface Keyring {
  /** Encrypts with AES-256-GCM and the current master key. The place is authenticated, so a value cannot be moved. */
  seal(plain: Uint8Array, place: SealedPlace): Uint8Array;
  /** Decrypts a sealed value. Throws if it was changed, moved, or sealed with an unknown key. */
  open(sealed: Uint8Array, place: SealedPlace): Uint8Array;
  /** Returns the SHA-256 hash by which a random token is looked up. */
  hashToken(token: string): string;
  /** Returns a keyed digest of a short secret. It names its key, so older digests can still be compared after a key change. */
  digest(purpose: string, value: string): string;
  /** Tells in constant time whether the digest belongs to the purpose and value. */
  matches(purpose: string, value: string, digest: string): boolean;
  /** Id of the master key that new values are sealed with. */
  readonly currentKeyId: string;
  /** Ids of the master keys that are set, the current one first. */
  readonly keyIds: readonly string[];
  /** Returns the id of the master key that a value was sealed with. */
  keyIdOf(sealed: Uint8Array): string;
  /**
   * Returns the keys of a master key by which its digests and passwords are checked. They open no sealed value, and the master key
   * cannot be computed from them.
   */
  retainable(keyId: string): Uint8Array;
  /** Checks digests and passwords of a former master key by the keys that `retainable` returned. */
  retain(keyId: string, keys: Uint8Array): void;
}

/** Hashes and checks passwords. */
export interface Passwords {
  /**
   * Runs work that hashes or checks one password. Throws `Unavailable` at once, before any of the work, if too many others are under
   * way or wait, because a refusal has to cost less than the work does.
   */
  admit<T>(work: () => Promise<T>): Promise<T>;
  hash(password: string): Promise<string>;
  /** Tells whether the password has the hash. With null it does the same work and returns false, so that unknown users take as long. */
  verify(hash: string | null, password: string): Promise<boolean>;
  /** Whether a stored hash came from another system and is to be replaced at the first right password. */
  isForeign(hash: string): boolean;
  /** Returns a hash of another system in the form in which it is stored. A fast one is wrapped in a slow one, so that none lies in the database. */
  keep(hash: ForeignHash): Promise<string>;
}

/** Lists of passwords that nobody should choose. Both are on this machine, so no password leaves it. */
export interface PasswordLists {
  /** Tells whether the whole password is one of the most common ones, whatever its letter case. */
  isCommon(password: string): Promise<boolean>;
  /** Tells whether the password is known from a breach. Null if this deployment has no such list. Errors: `UNAVAILABLE`. */
  isBreached: ((password: string) => Promise<boolean>) | null;
}

/** A key pair for signing tokens. */
export interface KeyPair {
  /** RFC 7638 thumbprint of the public key. */
  kid: string;
  /** The private key as PKCS #8 in PEM. */
  privateKey: string;
  publicJwk: Record<string, string>;
}

/** The claims of a token. */
export type Claims = Record<string, unknown>;

/** Signs and checks RS256 tokens. The meaning of the claims is up to the caller. */
export interface Signer {
  generateKeyPair(): Promise<KeyPair>;
  /** Signs the claims, which must contain `iat` and `exp`. */
  sign(claims: Claims, key: KeyPair): Promise<string>;
  /**
   * Returns the claims of a token that one of the keys signed, with this issuer and one of these audiences, not expired at `now` and
   * not issued in the future. Otherwise null.
   */
  verify(
    token: string,
    publicKeys: readonly Record<string, string>[],
    expected: { issuer: string; audiences: readonly string[]; now: Date },
  ): Promise<Claims | null>;
  /** Returns the public key as PEM (SubjectPublicKeyInfo). */
  publicKeyPem(publicJwk: Record<string, string>): string;
}

/** Sends messages through providers. */
export interface Delivery {
  /** Whether e-mail can be sent. */
  readonly email: Availability;
  /** Whether text messages can be sent. */
  readonly sms: Availability;
  /**
   * Sends a message. Throws if the provider did not accept it; the caller then tries again, unless the error is a final
   * `DeliveryFailure`. `sender` is the sender of e-mail, or null for the default. `id` stays the same at every attempt, so
   * that a receiver can drop duplicates.
   */
  send(message: Message, sender: string | null, id: string): Promise<void>;
}

/** What a provider of captchas says about an answer. */
export interface CaptchaVerdict {
  passed: boolean;
  /** How likely it was a person, 0 to 1. Null if the provider gives no score. */
  score: number | null;
}

/** Asks a provider of captchas. */
export interface CaptchaVerifier {
  /** Returns what the provider says about an answer. It is asked once for each. Throws a `DeliveryFailure` if it cannot tell. */
  verify(answer: { secretKey: string; response: string; remoteAddress: string }): Promise<CaptchaVerdict>;
}

/** Writes log lines. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
