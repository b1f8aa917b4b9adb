import type { ErrorCode } from '../error-catalogue.ts';
import { DomainError } from '../errors.ts';

/** A place in the text of a document. Both numbers begin at 1. */
export interface Position {
  line: number;
  column: number;
}

/** One thing that is wrong with a document. */
export interface DocumentProblem extends Position {
  /** The error that making the change would have, or `INVALID_INPUT` if the text is no document. */
  code: ErrorCode;
  /** The names that lead to the place, from the beginning of the document. */
  path: readonly string[];
  /** The text is shown to people. It quotes nothing of the document. */
  message: string;
}

/** Thrown for a document of settings with one or more problems. */
export class InvalidDocument extends DomainError {
  readonly problems: readonly DocumentProblem[];
  constructor(problems: readonly DocumentProblem[]) {
    super('DOCUMENT_INVALID');
    this.problems = problems;
  }
}
