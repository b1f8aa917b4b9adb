import { DrizzleQueryError } from 'drizzle-orm';
import { DomainError, InvalidInput, Unavailable } from '../domain/errors.ts';
import type { Fault } from '../domain/fault.ts';
import { OwnError } from '../domain/fault.ts';

/**
 * Thrown when the database refuses a statement. It contains neither the parameters nor the text of the driver, because errors are
 * logged, and databases quote the value that they refuse.
 */
export class QueryFailed extends OwnError {
  constructor(facts: Pick<Fault, 'code' | 'constraint' | 'query'>) {
    super('the database refused a statement', facts);
    this.name = 'QueryFailed';
  }
}

/** SQLite error codes that mean the database cannot be used at the moment, or that its disk needs attention. */
const sqliteUnavailable = /^SQLITE_(BUSY|LOCKED|IOERR|FULL|CANTOPEN|READONLY|PERM|PROTOCOL|NOMEM|CORRUPT|NOTADB)/;
/**
 * PostgreSQL error codes that mean the database cannot be used at the moment: connection, authorization, resources,
 * operator intervention, lock timeout, idle transaction, read-only server, missing right, and a conflict that remained after all
 * retries.
 */
const pgUnavailable = /^(08...|28...|3D000|53...|57...|58...|55P03|25P03|25006|42501|40001|40P01)$/;
const networkUnavailable = /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOENT)$/;
/** Messages of a lost connection. Neither pg nor better-sqlite3 sets a code for them. */
const connectionLost =
  /^(Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|The database connection is not open)/;

/** SQLite names the columns or the CHECK of a violated constraint in its text, and nothing else there. */
const sqliteConstraint = /^(?:UNIQUE|NOT NULL|CHECK|PRIMARY KEY) constraint failed: (\w+(?:\.\w+)?(?:, \w+\.\w+)*)$/;
/** Tells whether SQLite refused a statement only because another process has locked the file. Nothing was done, so it can be tried again. */
export const isLocked = (error: unknown): boolean => /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(codeOf(causeOf(error)) ?? '');

/** Tells whether PostgreSQL aborted a transaction because of a serialization conflict (40001) or a deadlock (40P01). */
export function isConflict(error: unknown): boolean {
  const code = codeOf(causeOf(error));
  return code === '40001' || code === '40P01';
}

/** Converts an error of a driver to `Unavailable`, `InvalidInput` or `QueryFailed`. Other errors are returned unchanged. */
export function toStoreError(error: unknown): unknown {
  const cause = causeOf(error);
  if (!(cause instanceof Error) || cause instanceof DomainError || cause instanceof QueryFailed) return error;
  const code = codeOf(cause);
  if (isUnavailable(code, cause.message)) return new Unavailable(`the database cannot be used at the moment: ${code ?? 'the connection was lost'}`);
  // PostgreSQL cannot store U+0000 in text (22021) or JSON (22P05). That is a mistake of the caller, not of the server.
  if (code === '22021' || code === '22P05') return new InvalidInput([{ path: [], message: 'Text must not contain the character U+0000.' }]);
  if (!(error instanceof DrizzleQueryError) && !isDriverError(cause, code)) return error;
  const query = error instanceof DrizzleQueryError ? error.query : undefined;
  const constraint = textOf(cause, 'constraint') ?? sqliteConstraint.exec(cause.message)?.[1];
  return new QueryFailed({ ...(code && { code }), ...(constraint && { constraint }), ...(query && { query }) });
}

const isUnavailable = (code: string | undefined, message: string): boolean =>
  (code !== undefined && (sqliteUnavailable.test(code) || pgUnavailable.test(code) || networkUnavailable.test(code))) || connectionLost.test(message);

const isDriverError = (error: Error, code: string | undefined): boolean =>
  error.name === 'SqliteError' || (code !== undefined && /^[0-9A-Z]{5}$/.test(code));

const causeOf = (error: unknown): unknown => (error instanceof DrizzleQueryError ? error.cause : error);

/** Returns the code that a driver or the operating system gave an error. */
export const codeOf = (error: unknown): string | undefined => textOf(error, 'code');

function textOf(error: unknown, property: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === 'string' ? value : undefined;
}
