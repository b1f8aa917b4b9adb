import { setImmediate } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { Unavailable } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import { codeOf } from './errors.ts';
import type { Patiently } from './patience.ts';
import { createPatience } from './patience.ts';

/** By default what has not begun after this time waits for the next commit, so that requests that only read get their turn. */
const usualRoundMilliseconds = 5;

/** A piece of work that waits for its turn, or for the commit that keeps what it did. */
interface Piece {
  run(): Promise<Settle>;
  reject(error: unknown): void;
  patiently: Patiently;
}

/** Tells the caller how its work ended. */
type Settle = () => void;

/** The writer of a SQLite file, which runs one piece of work at a time. */
export interface Writer {
  /** Runs `work` in its turn. Returns when what it wrote is on the disk; if it throws, nothing of it stays. */
  run<T>(work: () => PromiseLike<T>): Promise<T>;
  /** Returns when everything that waited is done. */
  idle(): Promise<void>;
}

/** What a writer may be told. */
interface WriterOptions {
  /** How long one round takes work. */
  roundMilliseconds?: number;
  /** Called after each commit, before anybody hears of it. */
  committed?: () => void;
}

/**
 * Makes the writer. A commit waits for the disk, and while it does, nothing else of the process runs. So the pieces of work that
 * have arrived share one transaction and one commit, each in a savepoint of its own. Nobody hears of a result before that commit:
 * not of a refusal either, because it may be due to what an earlier piece has written.
 */
export function createWriter(
  client: Database.Database,
  log: Log,
  { roundMilliseconds = usualRoundMilliseconds, committed = () => undefined }: WriterOptions = {},
): Writer {
  const begin = client.prepare('BEGIN IMMEDIATE');
  const commit = client.prepare('COMMIT');
  const save = client.prepare('SAVEPOINT piece');
  const release = client.prepare('RELEASE piece');
  const undo = client.prepare('ROLLBACK TO piece');
  let waiting: Piece[] = [];
  let rounds: Promise<void> | null = null;

  function rollBack(): void {
    try {
      if (client.inTransaction) client.exec('ROLLBACK');
    } catch (error) {
      // The transaction is still open, and the next round tries again. The callers are told why their work failed.
      log.error({ code: codeOf(error) }, 'a transaction could not be rolled back');
    }
  }

  /** Takes the lock of the file. Nothing has been done if another process has it, so whoever has waited for too long is refused. */
  async function open(): Promise<Patiently | null> {
    const [first] = waiting;
    if (first === undefined) return null;
    try {
      rollBack();
      await first.patiently(() => begin.run());
      return first.patiently;
    } catch (error) {
      waiting = waiting.filter((piece) => piece !== first);
      first.reject(error);
      return null;
    }
  }

  async function round(): Promise<void> {
    const patiently = await open();
    if (patiently === null) return;
    const end = performance.now() + roundMilliseconds;
    const pieces: { piece: Piece; settle: Settle }[] = [];
    for (;;) {
      const piece = waiting.shift();
      if (piece === undefined) break;
      pieces.push({ piece, settle: await piece.run() });
      if (!client.inTransaction || performance.now() > end) break;
    }
    try {
      // On some errors of the disk SQLite rolls back by itself, and all that was done in the round is gone.
      if (!client.inTransaction) throw new Unavailable('SQLite rolled back a transaction');
      await patiently(() => commit.run());
      committed();
    } catch (error) {
      rollBack();
      for (const { piece } of pieces) piece.reject(error);
      return;
    }
    for (const { settle } of pieces) settle();
  }

  async function runAll(): Promise<void> {
    while (waiting.length > 0) {
      // Until the next turn of the event loop more work arrives, which then shares the commit.
      await setImmediate();
      await round();
    }
    rounds = null;
  }

  return {
    run: (work) =>
      new Promise((resolve, reject) => {
        const run = async (): Promise<Settle> => {
          try {
            save.run();
            const result = await work();
            release.run();
            return () => resolve(result);
          } catch (error) {
            if (client.inTransaction) {
              undo.run();
              release.run();
            }
            return () => reject(error);
          }
        };
        waiting.push({ run, reject, patiently: createPatience() });
        rounds ??= runAll();
      }),
    idle: async () => void (await rounds),
  };
}
