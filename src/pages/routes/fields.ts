import { maxTextCharacters } from '../../domain/bounds.ts';
import { DomainError } from '../../domain/errors.ts';
import { FormFields } from '../../http/forms.ts';

/** The fields of a form that was posted. Blanks around a text are not taken away, because they may belong to a password. */
export interface Fields {
  /** Returns the field, or an empty text if it was not sent. */
  text(name: string): string;
  has(name: string): boolean;
}

/** Most characters of what a browser answers for an authenticator, which is longer than what people type. */
const mostOfAnswer = 32_768;

/** Reads the body of a form. A browser sends each field of these pages once. Errors: `BAD_REQUEST`. */
export function readFields(body: unknown): Fields {
  if (!(body instanceof FormFields)) throw new DomainError('BAD_REQUEST');
  const fields = new Map(body.entries);
  const isLong = ([name, { length }]: [string, string]): boolean => length > (name === 'answer' ? mostOfAnswer : maxTextCharacters);
  if (fields.size !== body.entries.length || [...fields].some(isLong)) throw new DomainError('BAD_REQUEST');
  return { text: (name) => fields.get(name) ?? '', has: (name) => (fields.get(name) ?? '') !== '' };
}

/** Returns a code as a person typed it, without hyphens. Blanks are taken away where codes are read. */
export const withoutHyphens = (code: string): string => code.replace(/[-\u2010-\u2015]/g, '');
