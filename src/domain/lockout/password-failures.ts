/** No check of a password lasts longer: a count that has stood so long is of checks that are over. */
export const longestCheckSeconds = 30;

/** Wrong passwords in a row, by user. */
export interface PasswordFailureRepository {
  /**
   * Counts one more check, before its outcome is known, and answers the number in the row. Null when `limit` checks are
   * counted already and one of them may still be under way; once none can be, one more is let through, so that neither
   * a crash between count and lock nor a limit that was lowered shuts a user out without a lock anybody sees.
   */
  charge(userId: string, limit: number, now: Date): Promise<number | null>;
  /** A right password ends the row. */
  clear(userId: string): Promise<void>;
}
