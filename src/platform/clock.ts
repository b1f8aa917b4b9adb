import type { Clock } from '../domain/ports.ts';

/** The machine's own time; nothing else in the program reads it. */
export const systemClock: Clock = { now: () => new Date() };
