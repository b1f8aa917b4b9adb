import { Unavailable } from '../domain/errors.ts';

/** Runs the work as soon as a place is free, and returns its result. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Makes a limit that runs at most `concurrent` pieces of work at a time and lets `waiting` more wait. It refuses further
 * ones with `Unavailable`, because their callers would have gone before the work is done.
 */
export function createLimit({ concurrent, waiting }: { concurrent: number; waiting: number }): Limit {
  let running = 0;
  const line: (() => void)[] = [];

  return async (work) => {
    if (running < concurrent) running += 1;
    else {
      if (line.length >= waiting) throw new Unavailable('too much work waits already');
      await new Promise<void>((enter) => line.push(enter));
    }
    try {
      return await work();
    } finally {
      // The place is passed directly to the next one that waits, so that a later call cannot take it.
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
