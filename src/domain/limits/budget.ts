/** Charges a window allows; the store keeps as many instants. */
export const chargesPerWindow = 5;
export const windowSeconds = 900;

/** How far apart charges have to lie. */
export interface Spacing {
  /** Length of the sliding window that holds `chargesPerWindow` charges. */
  windowSeconds: number;
  /** Least time between two charges. */
  gapSeconds: number;
}
export const guessSpacing: Spacing = { windowSeconds, gapSeconds: 0 };

/** Consecutive failures after which a factor stays shut until it is bound anew (NIST 800-63B-4 §3.2.2). */
export const consecutiveCap = 100;

export type Charge =
  | { allowed: true; remaining: number }
  /** `freeAt` is null when the cap of consecutive failures holds: waiting does not help. */
  | { allowed: false; freeAt: Date | null };

export interface BudgetRepository {
  /**
   * Takes one of `chargesPerWindow` charges in the sliding window that ends now, by one guarded statement. `pace` is `guessPace`
   * unless given.
   * The count of consecutive charges grows until `reset`; under `CONSECUTIVE_CAP` it may not pass `consecutiveCap`.
   */
  charge(key: string, now: Date, cap: 'CONSECUTIVE_CAP' | 'NO_CAP', pace?: Spacing): Promise<Charge>;
  reset(key: string): Promise<void>;
}
