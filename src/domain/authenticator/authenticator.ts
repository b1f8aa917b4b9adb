import type { StrategyName } from '../strategy-name.ts';

/** An enrolled factor of a user. */
export interface Authenticator {
  id: string;
  userId: string;
  strategy: StrategyName;
  name: string;
  sealedCredential: Uint8Array;
  /** Last TOTP time step accepted (RFC 6238 §5.2), or signature counter seen (WebAuthn §6.1.1); 0 where the factor has none. */
  highWaterMark: number;
  /** SHA-256 of what no two factors may share; null where the strategy has no such thing. */
  identityHash: string | null;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/**
 * Factors of a kind one user may have, both kinds of WebAuthn authenticator taken together: a person needs a few, and a list
 * without end hides the one that is not theirs.
 */
export const maxFactorsOfAKind = 5;

export interface AuthenticatorRepository {
  /** False when another factor, whosever it is, has the same identity. */
  add(authenticator: Authenticator): Promise<boolean>;
  /** Oldest first. */
  ofUsers(userIds: readonly string[]): Promise<Authenticator[]>;
  /** Removes every factor of the user; answers what they were. */
  endAllOf(userId: string): Promise<StrategyName[]>;
  /** Moves the factor to `step`. False: that step or a later one was accepted before (RFC 6238 §5.2). */
  advanceStep(id: string, step: number, now: Date): Promise<boolean>;
  /** Raises the signature counter. False: it was no lower before, unless both are zero (WebAuthn §6.1.1). */
  advanceCounter(id: string, counter: number, now: Date): Promise<boolean>;
  /** Notes a use of a factor whose proofs are kept elsewhere. False when it was removed meanwhile. */
  touch(id: string, now: Date): Promise<boolean>;
  /** False when the user has no such factor. */
  rename(id: string, userId: string, name: string): Promise<boolean>;
  /** False when the user has no such factor: of two parallel removals exactly one succeeds. */
  remove(id: string, userId: string): Promise<boolean>;
}
