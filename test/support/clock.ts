import type { Clock } from '../../src/domain/ports.ts';

/** Time that moves only when told. */
export class HandClock implements Clock {
  #now: number;
  constructor(start: Date) {
    this.#now = start.getTime();
  }
  now = (): Date => new Date(this.#now);
  advance({ seconds }: { seconds: number }): void {
    this.#now += seconds * 1000;
  }
}
