import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import type { Db } from './db.ts';
import { isConflict } from './errors.ts';
import { createQueue } from './queue.ts';

/** A transaction held longer keeps writers waiting: on SQLite all of them, on PostgreSQL those it conflicts with. */
export const slowTransactionMilliseconds = 250;

/** One open transaction: the calls made inside it find it again, wherever they stand. */
export interface Scope {
  use<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** A transaction within this one. */
  join<T>(work: () => Promise<T>): Promise<T>;
}

/** Where an engine looks for the transaction its caller is in. */
export type Inside = AsyncLocalStorage<Scope>;
export const createInside = (): Inside => new AsyncLocalStorage<Scope>();

/**
 * Runs `work` as the content of a transaction the caller has begun on `db`, and answers only if it may be committed.
 * What failed inside fails the whole, even when `work` swallowed the error: PostgreSQL answers COMMIT with a silent
 * rollback then, SQLite would keep the other half.
 */
export async function withScope<T>(inside: Inside, db: Db, log: Log, work: () => Promise<T>): Promise<T> {
  let open = true;
  const failures: unknown[] = [];
  // Parallel calls take turns: a connection of PostgreSQL runs one statement at a time.
  const oneAtATime = createQueue();
  async function attempt<R>(step: () => PromiseLike<R>): Promise<R> {
    // A call without `await`, or the rest of a failed Promise.all: on its own it would write what was rolled back.
    if (!open) throw new Error('The transaction this call was made in has ended: an await is missing.');
    try {
      return await step();
    } catch (error) {
      failures.push(error);
      throw error;
    }
  }
  const scope: Scope = { use: (query) => oneAtATime(() => attempt(async () => query(db))), join: attempt };
  const slow = setTimeout(
    () => log.warn({ slowTransactionMilliseconds }, 'a transaction is open for longer than it should be'),
    slowTransactionMilliseconds,
  ).unref();
  try {
    const result = await inside.run(scope, work);
    if (failures.length > 0) throw failures[0];
    return result;
  } catch (error) {
    // A conflict has to be seen by the retry, whatever `work` made of it. Otherwise the caller's own wording goes first,
    // and the first failure before its echoes ("current transaction is aborted").
    const conflict = failures.find(isConflict);
    throw conflict ?? (error instanceof DomainError || failures.length === 0 ? error : failures[0]);
  } finally {
    open = false;
    clearTimeout(slow);
  }
}
