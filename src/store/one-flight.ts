import type pg from 'pg';
import { OwnError } from '../domain/fault.ts';
import type { Db } from './db.ts';
import { isConflict } from './errors.ts';
import type { Inside, Scope } from './scope.ts';

/** What `inOneFlight` needs. */
export interface Flight {
  client: pg.PoolClient;
  db: Db;
  /** Begins the transaction and takes its locks. */
  begin: string;
  /** Runs a statement outside of the transaction. */
  later<T>(query: (db: Db) => PromiseLike<T>): Promise<T>;
}

/**
 * Runs the statements that `work` calls before it waits for any, between BEGIN and COMMIT, and sends all of it without waiting for an
 * answer. What `work` calls after the answers have arrived runs on its own, for example the read that explains a refusal.
 */
export async function inOneFlight<T>(inside: Inside, { client, db, begin, later }: Flight, work: () => Promise<T>): Promise<T> {
  const statements: (() => PromiseLike<void>)[] = [];
  const failures: unknown[] = [];
  let sent = false;
  const use: Scope['use'] = (query) =>
    sent
      ? later(query)
      : new Promise((resolve, reject) => {
          const failed = (error: unknown): void => {
            failures.push(error);
            reject(error);
          };
          // Drizzle sends a statement when `then` is called.
          statements.push(() => query(db).then(resolve, failed));
        });
  const scope: Scope = { use, send: (query) => void use(query).catch(() => undefined), join: (_exclusive, nested) => nested() };
  const outcome = Promise.allSettled([inside.run(scope, work)]);
  const begun = client.query(begin).catch((error: unknown) => void failures.unshift(error));
  const answers = statements.map((send) => send());
  sent = true;
  const committed = await client.query('COMMIT');
  await Promise.all([begun, ...answers]);
  const [result] = await outcome;
  const conflict = failures.find(isConflict);
  if (conflict !== undefined) throw conflict;
  if (result.status === 'rejected') throw result.reason;
  if (committed.command !== 'COMMIT') throw failures[0] ?? new OwnError('PostgreSQL rolled back statements that were sent at once.');
  return result.value;
}
