import type { StrategyName } from '../strategy-name.ts';

/** A secret that a factor is proven with once: a code that was sent, or a started WebAuthn ceremony. */
export interface OneTimeCode {
  id: string;
  /** Hash of the `otcToken` or `webauthnToken` that refers to it. */
  tokenHash: string;
  /** The login or user and the operation it was made for, as `codeOwner` writes it. It is valid for nothing else. */
  owner: string;
  userId: string;
  strategy: StrategyName;
  /** The sealed bytes that the strategy keeps, such as the digest of the code. */
  sealed: Uint8Array;
  createdAt: Date;
  expiresAt: Date;
  /** The tenant in which it counts as an enrollment. Null for everything that proves a factor. */
  enrollmentTenantId: string | null;
}

/** Makes the owner of a one-time code. It binds the code to one login or user, and to proving, enrolling or removing. */
export const codeOwner = {
  login: (challengeId: string): string => `challenge:${challengeId}`,
  enrollmentAtLogin: (challengeId: string): string => `challenge:${challengeId}:enroll`,
  enrollment: (userId: string): string => `user:${userId}:enroll`,
  removal: (userId: string, deviceId: string): string => `user:${userId}:remove:${deviceId}`,
};

/** Stores one-time codes, at most one for each owner and strategy. */
export interface OneTimeCodeRepository {
  /**
   * Adds the code and deletes any earlier one of the same owner and strategy. Counts an enrollment, unless the earlier one can still be
   * answered and it goes on. Runs in the caller's transaction.
   */
  replace(code: OneTimeCode): Promise<void>;
  /** Returns the unused code of this owner and strategy, even if it has expired. */
  find(tokenHash: string, owner: string, strategy: StrategyName): Promise<OneTimeCode | null>;
  /** Uses up the code. False if it was used or replaced before. */
  consume(id: string): Promise<boolean>;
  endAllOf(userId: string): Promise<void>;
}
