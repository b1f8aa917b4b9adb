import { DomainError, InvalidInput } from '../domain/errors.ts';
import { OwnError } from '../domain/fault.ts';
import { Failure } from './failure.ts';

/** Returns why work on the database was not done, in the words that a transport would answer. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof InvalidInput) return new Failure(error.issues.map(({ message }) => message).join('; '));
  return error instanceof DomainError || error instanceof OwnError ? new Failure(error.message) : error;
}
