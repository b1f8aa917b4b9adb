import { Unavailable } from '../domain/errors.ts';

/** Runs work as soon as a place is free. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Lets `concurrent` pieces of work run at once and `waiting` more stand in line; the next one is refused at once, because
 * an answer that comes after the caller has gone is work for nobody.
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
      // The place goes straight to the next in line, so nobody who comes later can take it.
      const next = line.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
