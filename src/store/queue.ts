import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../domain/errors.ts';

/**
 * Makes a function that runs work of the same key one piece at a time, in the order of the calls, and work of other keys in parallel.
 * Work whose turn has not come after `waitMilliseconds` fails with `UNAVAILABLE`.
 */
export function createKeyedQueue(waitMilliseconds: number): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<void>>();
  return async (key, work) => {
    const before = last.get(key);
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    // Whoever comes next waits for everybody before, even if this piece of work gives up.
    const mine = before === undefined ? finished : Promise.all([before, finished]).then(() => undefined);
    last.set(key, mine);
    void mine.then(() => {
      if (last.get(key) === mine) last.delete(key);
    });
    try {
      if (before !== undefined && !(await isDoneWithin(before, waitMilliseconds))) throw new Unavailable('others took too long with the same rows');
      return await work();
    } finally {
      finish();
    }
  };
}

async function isDoneWithin(done: Promise<void>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  try {
    return await Promise.race([done.then(() => true), sleep(milliseconds, false, { signal: timer.signal })]);
  } finally {
    timer.abort();
  }
}
