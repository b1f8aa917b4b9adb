/** So many uses in a window that opens with the first of them. */
export interface FixedWindow {
  limit: number;
  windowSeconds: number;
}

export interface QuotaRepository {
  /**
   * Takes one use by one guarded statement; answers null, or when the window ends if it has none left. A window that opens
   * at the first use can hold twice the limit across its border; what is counted here is money, not guesses.
   */
  take(key: string, quota: FixedWindow, now: Date): Promise<Date | null>;
  /** Forgets windows opened before that instant. */
  purge(before: Date): Promise<void>;
}
