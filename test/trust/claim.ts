import type { SeededRandom } from './support/random.ts';

/** What a claim is shown on: one process on a SQLite file, or two processes on one PostgreSQL. */
export type Db = 'sqlite' | 'pg2';

/** What a claim is run with. */
export interface Run {
  db: Db;
  seed: number;
  /** The form that fits into the checks of a change: fewer rounds, the same guarantees. */
  short: boolean;
  /** For how long B9 holds a fifth of its load: a soak (R15). Without it the load is whole and lasts as long as the form says. */
  soakMinutes?: number;
  random: SeededRandom;
  /** A word on standard error about what goes on, or about what was wrong. */
  note(text: string): void;
}

/** What a claim found. Everything of it is printed. */
export interface Outcome {
  /** Requests that were sent to try the claim, those that were let through, and those that were refused. */
  attempted: number;
  accepted: number;
  refused: number;
  errors5xx: number;
  pass: boolean;
  [field: string]: unknown;
}

/** A claim about the running server that a script shows. */
export interface Claim {
  id: string;
  title: string;
  /** The databases it is shown on. */
  dbs: readonly Db[];
  /** Those of the short form, if it leaves one out because the claim is shown by the other just as well. */
  shortDbs?: readonly Db[];
  run(run: Run): Promise<Outcome>;
}

/** Thrown where the machine lacks what a claim needs. The claim is then reported as not run, which is no pass. */
export class NotRun extends Error {}
