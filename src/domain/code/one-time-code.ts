import type { StrategyName } from '../strategy.ts';

/** A code sent to the user, bound to one challenge. Only the newest of a challenge and strategy counts. */
export interface OneTimeCode {
  id: string;
  /** Hash of the otcToken. */
  tokenHash: string;
  challengeId: string;
  strategy: StrategyName;
  /** Sealed digest of the code. */
  sealed: Uint8Array;
  createdAt: Date;
  expiresAt: Date;
}

export interface OneTimeCodeRepository {
  /** Keeps the code in place of any earlier one of the same challenge and strategy. */
  replace(code: OneTimeCode): Promise<void>;
  /** Unspent, bound to this challenge and strategy; expired ones included. */
  find(tokenHash: string, challengeId: string, strategy: StrategyName): Promise<OneTimeCode | null>;
  /** False when it was spent or replaced before. */
  consume(id: string): Promise<boolean>;
  purge(before: Date): Promise<void>;
}
