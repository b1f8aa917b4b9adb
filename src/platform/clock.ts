import type { Clock } from '../domain/ports.ts';

/** The clock of the machine. No other code reads the time. */
export const systemClock: Clock = { now: () => new Date() };
