import type { Db } from '../claim.ts';

/** What a fault is tried with. */
export interface FaultRun {
  db: Db;
  short: boolean;
}

/** What a fault did. `pass` says whether the server failed closed and recovered by itself. */
export interface FaultOutcome {
  pass: boolean;
  attempted: number;
  accepted: number;
  errors5xx: number;
  [field: string]: unknown;
}

/** A fault of the world around the server, by its id. */
export interface Fault {
  id: string;
  title: string;
  dbs: readonly Db[];
  /** Left out of the short form, because what it finds depends on how busy the machine is with other things. */
  onlyFull?: true;
  run(run: FaultRun): Promise<FaultOutcome>;
}

/** Counts statuses, in the order they first occurred. */
export function histogram(statuses: readonly (number | string)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[String(status)] = (counts[String(status)] ?? 0) + 1;
  return counts;
}

/** Answers that are a fault of the server. 503 is none: it says in a way that clients understand to come again. */
export const faultsIn = (statuses: readonly (number | string)[]): number =>
  statuses.filter((status) => typeof status === 'number' && status >= 500 && status !== 503).length;

export const countOf = (statuses: readonly (number | string)[], wanted: number | string): number =>
  statuses.filter((status) => status === wanted).length;
