import { AsyncLocalStorage } from 'node:async_hooks';
import { DomainError } from '../domain/errors.ts';
import { OwnError } from '../domain/fault.ts';
import type { Log } from '../domain/ports.ts';
import type { Exclusive } from '../domain/store.ts';
import type { Db } from './db.ts';
import { isConflict } from './errors.ts';

/** After this time an open transaction is logged. It keeps other writers waiting: all of them on SQLite, those of the same person on PostgreSQL. */
export const slowTransactionMilliseconds = 250;

/** An open transaction. Every call made inside it finds it through `Inside`. */
export interface Scope {
  /** Runs a statement in the transaction. */
  use<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;
  /** Sends a statement whose answer decides nothing. If it fails, the transaction is not committed. */
  send(work: (db: Db) => PromiseLike<unknown>): void;
  /** Runs a nested transaction as a part of this one. */
  join<T>(exclusive: Exclusive, work: () => Promise<T>): Promise<T>;
}

/** Holds the transaction that the current call runs in, if there is one. */
export type Inside = AsyncLocalStorage<Scope>;
/** Makes an `Inside` for one engine. */
export const createInside = (): Inside => new AsyncLocalStorage<Scope>();

/** A transaction as its engine runs it. */
export interface Transaction {
  db: Db;
  /** The statement that begins the transaction, if nobody has waited for it. */
  begun?: Promise<unknown>;
  /** Gives the transaction what a nested one wants to itself. */
  claim(exclusive: Exclusive): Promise<unknown>;
  /** Commits. Throws if the database rolled back instead. */
  commit(): Promise<void>;
  /** Whether the commit may be sent before the answers to earlier statements have arrived. A failed one then makes it roll back. */
  pipelined: boolean;
}

/**
 * Runs `work` in a transaction and commits it. A statement that fails makes the whole transaction fail, even if `work` catches the
 * error. Otherwise PostgreSQL would silently roll back at COMMIT, and SQLite would keep the statements that succeeded. The caller
 * rolls back if this throws.
 */
export async function withScope<T>(inside: Inside, transaction: Transaction, log: Log, work: () => Promise<T>): Promise<T> {
  let open = true;
  const failures: unknown[] = [];
  const sent: Promise<unknown>[] = [];
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
  let last: Promise<unknown> = Promise.resolve();
  /**
   * Runs statements in the order in which they were asked for. Drizzle sends one when `then` is called, which `await` does too late; and on
   * SQLite it runs some kinds at once and others a little later, so that there each waits for the one before.
   */
  const inOrder = <R>(query: (db: Db) => PromiseLike<R>): PromiseLike<R> => {
    if (transaction.pipelined) return query(transaction.db).then((answer) => answer);
    const next = last.then(() => query(transaction.db));
    last = next.catch(() => undefined);
    return next;
  };
  const unattended = (statement: PromiseLike<unknown>): void =>
    void sent.push(
      Promise.resolve(statement).catch((error: unknown) => {
        failures.push(error);
      }),
    );
  const scope: Scope = {
    use: (query) => attempt(() => inOrder(query)),
    send(query) {
      if (!open) throw new OwnError('The transaction this call was made in has ended: an await is missing.');
      unattended(inOrder(query));
    },
    join: (exclusive, nested) =>
      attempt(async () => {
        await transaction.claim(exclusive);
        return nested();
      }),
  };
  if (transaction.begun !== undefined) unattended(transaction.begun);
  const slow = setTimeout(
    () => log.warn({ slowTransactionMilliseconds }, 'a transaction is open for longer than it should be'),
    slowTransactionMilliseconds,
  ).unref();
  const refuseFailed = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  try {
    const result = await inside.run(scope, work);
    if (!transaction.pipelined) await Promise.all([...sent, last]);
    refuseFailed();
    open = false;
    await Promise.all([transaction.commit(), ...sent]);
    refuseFailed();
    return result;
  } catch (error) {
    // A conflict is thrown first, because the caller retries on it. A `DomainError` comes next, because it is what `work`
    // decided. Of other errors the first is thrown, since later ones only follow from it ("current transaction is aborted").
    await Promise.all(sent);
    const conflict = failures.find(isConflict);
    throw conflict ?? (error instanceof DomainError || failures.length === 0 ? error : failures[0]);
  } finally {
    open = false;
    clearTimeout(slow);
  }
}
