import type { StrategyName } from '../strategy-name.ts';

/** A factor that a user has enrolled, such as one app, one phone or one security key. */
export interface Authenticator {
  id: string;
  userId: string;
  strategy: StrategyName;
  name: string;
  sealedCredential: Uint8Array;
  /** Last accepted TOTP time step (RFC 6238 §5.2) or signature counter (WebAuthn §6.1.1). 0 if the strategy has neither. */
  highWaterMark: number;
  /** SHA-256 of a value that no two authenticators may share, such as a credential id. Null if the strategy has no such value. */
  identityHash: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/**
 * Most authenticators of one kind that a user may have. Both WebAuthn strategies count as one kind. In a long list, a user
 * would not notice an authenticator that an attacker has added.
 */
export const maxFactorsOfAKind = 5;

/**
 * Returns what a transaction has to itself that registers a WebAuthn credential, as an authenticator or as a passkey. Their tables are two, so
 * no unique index keeps one credential from both. It is claimed inside a transaction of the user, and nothing else is claimed after it.
 */
export const credentialLock = (identityHash: string) => ({ subject: `credential ${identityHash}` });

/** Stores authenticators. */
export interface AuthenticatorRepository {
  /** Adds the authenticator. False if another one, of any user, has the same identity. */
  add(authenticator: Authenticator): Promise<boolean>;
  /** Whether some authenticator, of any user, has the identity. */
  hasIdentity(identityHash: string): Promise<boolean>;
  /** Returns the authenticators in no particular order. */
  findMany(ids: readonly string[]): Promise<Authenticator[]>;
  /** Returns the authenticators of the users, oldest first. */
  ofUsers(userIds: readonly string[]): Promise<Authenticator[]>;
  /** Returns those of the users who have an authenticator. */
  enrolledAmong(userIds: readonly string[]): Promise<string[]>;
  /** Returns the authenticators of the user whose challenge has this token hash, oldest first, even if the challenge has expired. */
  ofChallenge(tokenHash: string): Promise<Authenticator[]>;
  /** Removes every authenticator of the user. Returns the strategy of each. */
  endAllOf(userId: string): Promise<StrategyName[]>;
  /** Records `step` as accepted. False if this step or a later one was accepted before (RFC 6238 §5.2). */
  advanceStep(id: string, step: number, now: Date): Promise<boolean>;
  /** Records the signature counter. False if it is not higher than before, unless both are zero (WebAuthn §6.1.1). */
  advanceCounter(id: string, counter: number, now: Date): Promise<boolean>;
  /** Records a use without a step or counter. False if the authenticator was removed meanwhile. */
  touch(id: string, now: Date): Promise<boolean>;
  /** Sets the display name. False if the user has no such authenticator. */
  rename(id: string, userId: string, name: string): Promise<boolean>;
  /** Removes the authenticator. False if the user has none with this id, so that only one of two parallel removals succeeds. */
  remove(id: string, userId: string): Promise<boolean>;
}
