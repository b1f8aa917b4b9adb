import type { StrategyName } from '../strategy-name.ts';

/** A secret shown but not yet confirmed. Nothing is enrolled by it, and it never logs anyone in. */
export interface PendingEnrollment {
  id: string;
  /** What the secret is bound to, e.g. `challenge:<id>`. */
  owner: string;
  userId: string;
  strategy: StrategyName;
  sealed: Uint8Array;
  createdAt: Date;
  expiresAt: Date;
}

export interface EnrollmentRepository {
  /** Keeps the pending enrollment unless a living one exists for the owner and strategy; answers the one in force. */
  keep(pending: PendingEnrollment, now: Date): Promise<PendingEnrollment>;
  find(owner: string, strategy: StrategyName, now: Date): Promise<PendingEnrollment | null>;
  /** False when it was consumed before. */
  consume(id: string): Promise<boolean>;
  endAllOf(userId: string): Promise<void>;
  purge(before: Date): Promise<void>;
}
