import { DomainError } from './errors.ts';
import { DeliveryFailure } from './messaging/message.ts';

/**
 * What a log line may say of something that was thrown. `reason` is a text of ours. The text of any other error is left out, because
 * libraries, databases and mail servers quote what they were given, such as a password in a document or a recipient in a reply.
 */
export interface Fault {
  /** Name of the class of the error, or the type of a thrown value that is no error. */
  name: string;
  /** The code that the library, the database or the operating system sets, such as `ECONNREFUSED` or `23505`. */
  code?: string;
  /** Why, in our own words. */
  reason?: string;
  /** Constraint of the database, by its name in our schema. */
  constraint?: string;
  /** The SQL that failed, with placeholders instead of values. */
  query?: string;
  /** Where it was thrown, innermost call first. */
  frames?: string[];
  /** What caused it, if the error says so. */
  cause?: Fault;
}

/** An error whose text was written by us and contains no value from outside, so that it may be logged. */
export class OwnError extends Error {
  /** What else may be logged. */
  readonly facts: Pick<Fault, 'code' | 'constraint' | 'query'>;
  constructor(message: string, facts: Pick<Fault, 'code' | 'constraint' | 'query'> = {}) {
    super(message);
    this.name = 'OwnError';
    this.facts = facts;
  }
}

/** The code of the error that a process gets which opens a database file that another one uses. */
export const databaseInUse = 'DATABASE_IN_USE';

/**
 * Returns why a process could not do its work, for its operator: our own text if there is one, otherwise what `faultOf` says. The text
 * of any other error may quote a setting, such as the password in a URL.
 */
export const startFailure = (thrown: unknown): string =>
  thrown instanceof OwnError ? thrown.message : `The process ends because of an unexpected error: ${JSON.stringify(faultOf(thrown))}`;

const deepestCause = 3;
const mostFrames = 20;
const identifier = /^[A-Za-z_$][\w$]{0,63}$/;
/** Codes are names such as `ERR_INVALID_ARG_TYPE`, or the five characters of an SQLSTATE. Other texts in `code` may be anything. */
const codeForm = /^[A-Z0-9][A-Z0-9_]{1,63}$/;
/** A line of a V8 stack that names a place in a file. */
const frameForm = /^\s+at .*(?:file:\/\/|node:|\/|\w:\\)\S*:\d+:\d+\)?$/;

/** Returns what may be logged of anything thrown. */
export function faultOf(thrown: unknown, depth = 0): Fault {
  if (!(thrown instanceof Error)) return { name: thrown === null ? 'null' : typeof thrown };
  const name = identifier.test(thrown.name) ? thrown.name : 'Error';
  const code: unknown = Reflect.get(thrown, 'code');
  const frames = framesOf(thrown);
  return {
    name,
    ...(typeof code === 'string' && codeForm.test(code) ? { code } : {}),
    ...ownFacts(thrown),
    ...(frames.length === 0 ? {} : { frames }),
    ...(thrown.cause === undefined || depth === deepestCause ? {} : { cause: faultOf(thrown.cause, depth + 1) }),
  };
}

function ownFacts(error: Error): Partial<Fault> {
  if (error instanceof DomainError) return { reason: error.detail ?? error.message };
  if (error instanceof DeliveryFailure) return { reason: error.message };
  return error instanceof OwnError ? { ...error.facts, reason: error.message } : {};
}

/**
 * Returns the calls in the stack without the text before them, which is the message.
 * A message of many lines may look like calls, so it is cut out first.
 */
function framesOf({ stack, message }: Error): string[] {
  if (typeof stack !== 'string') return [];
  const start = message === '' ? 0 : stack.indexOf(message);
  // The message was changed after the stack was made, so it cannot be told which lines belong to the first one.
  if (start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines
    .filter((line) => frameForm.test(line))
    .slice(0, mostFrames)
    .map((line) => line.trim());
}
