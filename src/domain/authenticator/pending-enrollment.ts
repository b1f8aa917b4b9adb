import type { StrategyName } from '../strategy-name.ts';

/** A secret that was shown to the user but is not yet confirmed with a code. It cannot be used to log in. */
export interface PendingEnrollment {
  id: string;
  /** The login or user that the secret belongs to, such as `challenge:<id>`. */
  owner: string;
  userId: string;
  strategy: StrategyName;
  sealed: Uint8Array;
  createdAt: Date;
  expiresAt: Date;
  /** The tenant in which it counts. Null for those of earlier releases. */
  tenantId: string | null;
}

/** Stores pending enrollments, at most one for each owner and strategy. */
export interface EnrollmentRepository {
  /**
   * Adds and counts the pending enrollment unless the owner has an unexpired one for the strategy. Returns the one that is valid now. Runs
   * in the caller's transaction.
   */
  keep(pending: PendingEnrollment, now: Date): Promise<PendingEnrollment>;
  /** Returns the unexpired one of the owner and strategy. */
  find(owner: string, strategy: StrategyName, now: Date): Promise<PendingEnrollment | null>;
  /** Deletes the pending enrollment. False if it was deleted before, so that only one of two parallel calls succeeds. */
  consume(id: string): Promise<boolean>;
  endAllOf(userId: string): Promise<void>;
}
