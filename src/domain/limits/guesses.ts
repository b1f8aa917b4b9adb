import { newestPossible } from '../bounds.ts';

/** Seconds to wait after the last free wrong guess and after each further one. The last wait repeats (NIST SP 800-63B-4 §3.2.2). */
export const waitsSeconds = [30, 60, 120, 240, 480, 960, 1920, 3600] as const;
/** The longest of them. */
export const longestWaitSeconds = 3600;
/** One counter of wrong guesses: what was guessed at, and by whom. Both are digests or fixed words, so that the table lists no addresses. */
export interface GuessCounter {
  account: string;
  client: string;
}

/** The state of a counter. */
export interface GuessCount extends GuessCounter {
  /** Wrong guesses in a row. */
  failures: number;
  /** When the next guess is free. Equal to `lastAt` if nobody has to wait. */
  freeAt: Date;
  /** When the last guess was counted. */
  lastAt: Date;
  /** When this client last guessed right. Null if it never did. */
  knownAt: Date | null;
}

/** Returns when the next guess is free, which is never later than the whole wait from now. Null if it is free now. */
export function waitsUntil({ freeAt, lastAt }: GuessCount, now: Date): Date | null {
  const waitMilliseconds = freeAt.getTime() - lastAt.getTime();
  if (waitMilliseconds <= 0 || freeAt <= now || lastAt > newestPossible(now)) return null;
  return new Date(Math.min(freeAt.getTime(), now.getTime() + waitMilliseconds));
}

/** Stores how many wrong guesses in a row each client made at each account. */
export interface GuessRepository {
  /** Returns the counters of these clients that exist. */
  find(account: string, clients: readonly [one: string, two?: string, three?: string]): Promise<GuessCount[]>;
  /**
   * Counts a wrong guess by one guarded statement. `freeFailures` guesses in a row cost no wait, each further one costs the next of
   * `waitsSeconds`. False if the client has to wait, so that nobody may learn what this guess was worth.
   */
  chargeFailure(counter: GuessCounter, freeFailures: number, now: Date): Promise<boolean>;
  /** Ends the row of wrong guesses and records that the client is known. False if the client has to wait. */
  recordSuccess(counter: GuessCounter, now: Date): Promise<boolean>;
  /** Forgets the wrong guesses of all clients at the account. Known clients stay known. */
  forgive(account: string, now: Date): Promise<void>;
}
