import { Unavailable } from '../domain/errors.ts';

/** Runs the work as soon as a place is free, and returns its result. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** The bounds of a limit. */
export interface LimitBounds {
  /** Most pieces of work that run at a time. */
  concurrent: number;
  /** Most pieces of work that wait. */
  waiting: number;
  /** Work that has waited for longer is refused when its turn comes, because its caller would have gone before it is done. */
  longestWaitMilliseconds: number;
}

/** Makes a limit. It refuses with `Unavailable` what finds the line full, and what has waited for too long. */
export function createLimit({ concurrent, waiting, longestWaitMilliseconds }: LimitBounds): Limit {
  let running = 0;
  const line: (() => void)[] = [];

  return async (work) => {
    let late = false;
    if (running < concurrent) running += 1;
    else {
      if (line.length >= waiting) throw new Unavailable('too much work waits already');
      const since = performance.now();
      await new Promise<void>((enter) => line.push(enter));
      late = performance.now() - since > longestWaitMilliseconds;
    }
    try {
      if (late) throw new Unavailable('the work has waited for too long');
      return await work();
    } finally {
      // The place is passed directly to the next one that waits, so that a later call cannot take it.
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
