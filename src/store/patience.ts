import { setTimeout as sleep } from 'node:timers/promises';
import { isLocked } from './errors.ts';

/** How many milliseconds a statement waits for a SQLite file that another process has locked. PostgreSQL has the same bound for its locks. */
export const lockWaitMilliseconds = 5_000;
const shortestPauseMilliseconds = 4;
const longestPauseMilliseconds = 64;

/** Runs `attempt` again while another process has locked the file. Throws the last error once the time is up. */
export type Patiently = <T>(attempt: () => T | PromiseLike<T>) => Promise<T>;

/**
 * Starts the time and returns the function that spends it. SQLite itself would wait inside the statement, which stops the whole
 * process; here a timer runs between two attempts, so that everything else goes on. The time counts from this call, because a
 * statement may wait in the queue behind others that wait for the same lock.
 */
export function createPatience(waitMilliseconds = lockWaitMilliseconds): Patiently {
  const end = performance.now() + waitMilliseconds;
  return async (attempt) => {
    for (let pause = shortestPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isLocked(error) || performance.now() >= end) throw error;
      }
      await sleep(pause);
    }
  };
}
