/** Most charges in a sliding window. The store keeps the times of this many charges. */
export const chargesPerWindow = 5;
/** Length of the sliding window for guesses, in seconds. */
export const windowSeconds = 900;

/** How far apart charges must be. */
export interface Spacing {
  /** Length of the sliding window that holds `chargesPerWindow` charges. */
  windowSeconds: number;
  /** Least time between two charges. */
  gapSeconds: number;
}
/** Spacing of guesses: the window limits them, and there is no gap between two of them. */
export const guessSpacing: Spacing = { windowSeconds, gapSeconds: 0 };

/** Least seconds between two text messages, because each of them costs money and disturbs somebody. */
export const textGapSeconds = 30;
/**
 * Spacing of text messages: of those that one user causes, and of those to one number, however many accounts name it. For the user who
 * has enrolled the number it counts separately.
 */
export const textSpacing = {
  user: { windowSeconds: 900, gapSeconds: textGapSeconds },
  number: { windowSeconds: 3600, gapSeconds: textGapSeconds },
} as const satisfies Record<string, Spacing>;

/** Consecutive failures after which a factor stays locked until it is enrolled again (NIST 800-63B-4 §3.2.2). */
export const consecutiveCap = 100;

/** The outcome of a charge. */
export type Charge =
  /** `remaining` is how many more charges are free now. */
  | { allowed: true; remaining: number }
  /** `freeAt` is when the next charge is free. Null if the cap on consecutive failures is reached, so that waiting does not help. */
  | { allowed: false; freeAt: Date | null };

/** A key of which no charge is free. */
export interface Exhausted {
  key: string;
  /** When the next charge is free. Null if the cap on consecutive failures is reached, so that waiting does not help. */
  freeAt: Date | null;
}

/** Stores sliding windows of charges. */
export interface SlidingWindowRepository {
  /**
   * Takes one of the `chargesPerWindow` charges in the sliding window that ends now, by one guarded statement. `spacing`
   * defaults to `guessSpacing`. Consecutive charges are counted until `reset`; with `CONSECUTIVE_CAP` their number may
   * not exceed `consecutiveCap`.
   */
  charge(key: string, now: Date, cap: 'CONSECUTIVE_CAP' | 'NO_CAP', spacing?: Spacing): Promise<Charge>;
  /**
   * Returns those of the keys of which `charge` would refuse a charge with `guessSpacing` and `CONSECUTIVE_CAP` at this moment.
   * It charges nothing.
   */
  exhausted(keys: readonly string[], now: Date): Promise<Exhausted[]>;
  /**
   * Returns the keys that begin with `check:` and have reached the cap on consecutive failures.
   * There are few, because each takes a hundred wrong codes.
   */
  capped(): Promise<string[]>;
  /** Takes back the latest charge of the key. Does nothing if there is none. */
  giveBack(key: string): Promise<void>;
  /** Deletes all charges of the key. */
  reset(key: string): Promise<void>;
}
