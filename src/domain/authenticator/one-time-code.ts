import type { StrategyName } from '../strategy-name.ts';

/** Something to prove a factor against once: a code sent, or the challenge of a WebAuthn ceremony. */
export interface OneTimeCode {
  id: string;
  /** Hash of the token that names it: `otcToken`, `webauthnToken`. */
  tokenHash: string;
  /** What it was made for and counts for alone, as `codeOwner` spells it. */
  owner: string;
  userId: string;
  strategy: StrategyName;
  /** Sealed: the digest of the code, or what else the strategy keeps. */
  sealed: Uint8Array;
  createdAt: Date;
  expiresAt: Date;
}

/** What a code is bound to: proving, adding or removing a factor, within one login or for one user. */
export const codeOwner = {
  login: (challengeId: string): string => `challenge:${challengeId}`,
  enrollmentAtLogin: (challengeId: string): string => `challenge:${challengeId}:enroll`,
  enrollment: (userId: string): string => `user:${userId}:enroll`,
  removal: (userId: string, deviceId: string): string => `user:${userId}:remove:${deviceId}`,
};

export interface OneTimeCodeRepository {
  /** Keeps the code in place of any earlier one of the same owner and strategy. */
  replace(code: OneTimeCode): Promise<void>;
  /** Unspent, of this owner and strategy; expired ones included. */
  find(tokenHash: string, owner: string, strategy: StrategyName): Promise<OneTimeCode | null>;
  /** False when it was spent or replaced before. */
  consume(id: string): Promise<boolean>;
  endAllOf(userId: string): Promise<void>;
  purge(before: Date): Promise<void>;
}
