import type { Origin } from '../../domain/access/actor.ts';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { DomainError, RateLimited } from '../../domain/errors.ts';
import type { GuessCount, GuessCounter } from '../../domain/limits/guesses.ts';
import { waitsUntil } from '../../domain/limits/guesses.ts';
import type { Clock, Keyring } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import { together } from '../../domain/together.ts';

/** What can be guessed at from outside without a login. */
export type GuessPurpose =
  | 'PASSWORD'
  | 'ENVIRONMENT_SECRET'
  | 'ACTIVATION'
  | 'PASSWORD_RESET'
  | 'INVITATION'
  | 'INVITATION_LINK'
  | 'UNLOCK'
  | 'API_TOKEN_SECRET'
  | 'MAGIC_LINK';

/** Wrong secrets and links in a row that cost no wait. */
const freeFailures = 5;

/** A counter, and how many wrong guesses in a row cost no wait on it. */
export interface LimitedCounter extends GuessCounter {
  freeFailures: number;
}

/** What is guessed at, and from where. */
export interface LimitedGuess {
  purpose: GuessPurpose;
  /** What names the thing that is guessed at, such as the id of a user. */
  account: string;
  origin: Origin;
  /** The error by which the check says that the guess was wrong. */
  wrongBy: ErrorCode;
}

interface Needs {
  store: Pick<Store, 'guesses'>;
  clock: Clock;
  keyring: Keyring;
}

/** The service that `createGuesses` creates. */
export type Guesses = ReturnType<typeof createGuesses>;

/**
 * Creates the service that slows down guessing at passwords, secrets and mailed links. Each client network has a counter of its own
 * for each thing it guesses at, so that strangers elsewhere cannot keep the owner out.
 *
 * A guess is settled after it was checked and before anybody learns the outcome, by a guarded statement. If that refuses, the
 * outcome stays hidden. So a burst of parallel guesses reveals no more than as many guesses one after the other, and any number of
 * right ones may arrive at once.
 */
export function createGuesses({ store, clock, keyring }: Needs) {
  // Anybody can cause any number of these refusals, so none of them is an event.
  const refusal = (freeAt: Date | null, now: Date): RateLimited =>
    (freeAt === null ? new RateLimited(1) : RateLimited.until(freeAt, now)).unrecorded();

  const settled = async ({ account, client }: GuessCounter, now: Date, done: boolean): Promise<void> => {
    if (done) return;
    const [count] = await store.guesses.find(account, [client]);
    throw refusal(count === undefined ? null : waitsUntil(count, now), now);
  };

  /** Refuses while one of the counters has to wait. Errors: `RATE_LIMITED`. */
  const refuseWaiting = (counts: readonly GuessCount[]): void => {
    const now = clock.now();
    const waits = counts.map((count) => waitsUntil(count, now)?.getTime() ?? 0);
    const last = Math.max(0, ...waits);
    if (last > 0) throw refusal(new Date(last), now);
  };

  /** Counts a wrong guess on each of the counters. Errors: `RATE_LIMITED`, which then hides that the guess was wrong. */
  const chargeFailure = async (counters: readonly LimitedCounter[]): Promise<void> => {
    const now = clock.now();
    for (const { account, client, freeFailures: free } of counters) {
      await settled({ account, client }, now, await store.guesses.chargeFailure({ account, client }, free, now));
    }
  };

  /**
   * Ends the row of wrong guesses on each of the counters, whose clients are known from then on. With several of them it needs a
   * transaction of the caller, which takes all back if one refuses. Errors: `RATE_LIMITED`, which then hides that the guess was right.
   */
  const recordSuccess = async (counters: readonly GuessCounter[]): Promise<void> => {
    const now = clock.now();
    await together(...counters.map(async (counter) => settled(counter, now, await store.guesses.recordSuccess(counter, now))));
  };

  /** Returns the digest by which counters name an account. */
  const accountKey = (purpose: GuessPurpose, account: string): string => keyring.digest('guesses', `${purpose}:${account}`);
  /** Returns the digest by which counters name the network of a client. */
  const networkKey = (origin: Origin): string => keyring.digest('guesses', `network:${origin.address.network}`);

  return {
    refuseWaiting,
    chargeFailure,
    recordSuccess,
    accountKey,
    networkKey,

    /** Runs `check` under the counter that the client's network has for the account. Errors: `RATE_LIMITED`, and those of `check`. */
    async limited<T>({ purpose, account, origin, wrongBy }: LimitedGuess, check: () => Promise<T>): Promise<T> {
      const counter = { account: accountKey(purpose, account), client: networkKey(origin), freeFailures };
      refuseWaiting(await store.guesses.find(counter.account, [counter.client]));
      let checked: T;
      try {
        checked = await check();
      } catch (error) {
        if (error instanceof DomainError && error.code === wrongBy) await chargeFailure([counter]);
        throw error;
      }
      await recordSuccess([counter]);
      return checked;
    },
  };
}
