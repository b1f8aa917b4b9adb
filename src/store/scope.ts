import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '../domain/errors.ts';
import { OwnError } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';
import type { Db } from './db.ts';
import { isConflict } from './errors.ts';
import { createQueue } from './queue.ts';

/** After this time an open transaction is logged. It keeps other writers waiting: all of them on SQLite, conflicting ones on PostgreSQL. */
export const slowTransactionMilliseconds = 250;

/** An open transaction. Every call made inside it finds it through `Inside`. */
export interface Scope {
  /** Runs a statement in the transaction. */
  use<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** Runs a nested transaction as a part of this one. */
  join<T>(work: () => Promise<T>): Promise<T>;
}

/** Holds the transaction that the current call runs in, if there is one. */
export type Inside = AsyncLocalStorage<Scope>;
/** Makes an `Inside` for one engine. */
export const createInside = (): Inside => new AsyncLocalStorage<Scope>();

/**
 * Runs `work` in a transaction that the caller has begun on `db`, and returns only if the transaction may be committed. A
 * statement that fails makes the whole transaction fail, even if `work` catches the error. Otherwise PostgreSQL would
 * silently roll back at COMMIT, and SQLite would keep the statements that succeeded.
 */
export async function withScope<T>(inside: Inside, db: Db, log: Log, work: () => Promise<T>): Promise<T> {
  let open = true;
  const failures: unknown[] = [];
  // A PostgreSQL connection runs one statement at a time, so parallel calls have to wait for each other.
  const oneAtATime = createQueue();
  async function attempt<R>(step: () => PromiseLike<R>): Promise<R> {
    // This is a call without `await`, or one left over from a failed Promise.all. Outside the transaction it would write
    // what was rolled back.
    if (!open) throw new OwnError('The transaction this call was made in has ended: an await is missing.');
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
    // A conflict is thrown first, because the caller retries on it. A `DomainError` comes next, because it is what `work`
    // decided. Of other errors the first is thrown, since later ones only follow from it ("current transaction is aborted").
    const conflict = failures.find(isConflict);
    throw conflict ?? (error instanceof DomainError || failures.length === 0 ? error : failures[0]);
  } finally {
    open = false;
    clearTimeout(slow);
  }
}
