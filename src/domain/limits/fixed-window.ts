/** A limit on uses in a time window. The window opens with the first use and closes after `windowSeconds`. */
export interface FixedWindow {
  limit: number;
  windowSeconds: number;
}

/** Stores how much of each fixed window is used. */
export interface FixedWindowRepository {
  /**
   * Takes one use by one guarded statement. Returns null if it was free, or the end of the window if none is left. Twice
   * the limit can fit around the border of two windows. That is acceptable here, because fixed windows limit costs, not guesses.
   */
  take(key: string, window: FixedWindow, now: Date): Promise<Date | null>;
}
