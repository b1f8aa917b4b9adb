/** Upper bound for one password check in seconds; older counts cannot belong to a running check. */
export const longestCheckSeconds = 30;

/** Stores the number of consecutive wrong passwords of each user. */
export interface PasswordFailureRepository {
  /**
   * Counts one password check before it runs, and returns the new count. Returns null if `limit` checks are counted and the last one may still
   * be running. After `longestCheckSeconds`, or if the last one was counted in the future by a clock that ran ahead, one more check is allowed.
   * Otherwise a crash between counting and locking, or a lowered limit, would keep a user out although the account is not locked.
   */
  charge(userId: string, limit: number, now: Date): Promise<number | null>;
  /** Takes back one counted check. Does nothing if none is counted. */
  giveBack(userId: string): Promise<void>;
  /** Resets the count after a correct password. */
  clear(userId: string): Promise<void>;
}
