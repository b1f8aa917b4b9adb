import { maxTextCharacters } from '../../domain/bounds.ts';
import { captchaBounds } from '../../domain/environment/captcha-policy.ts';
import { DomainError } from '../../domain/errors.ts';
import { FormFields } from '../../http/forms.ts';

/** The fields of a form that was posted. Blanks around a text are not taken away, because they may belong to a password. */
export interface Fields {
  /** Returns the field, or an empty text if it was not sent. */
  text(name: string): string;
  has(name: string): boolean;
}

/** Most characters of the fields that a script fills, which are longer than what people type. */
const mostOf: Readonly<Record<string, number>> = { answer: 32_768, captcha: captchaBounds.tokenCharacters };

/** Reads the body of a form. A browser sends each field of these pages once. Errors: `BAD_REQUEST`. */
export function readFields(body: unknown): Fields {
  if (!(body instanceof FormFields)) throw new DomainError('BAD_REQUEST');
  const fields = new Map(body.entries);
  const isLong = ([name, { length }]: [string, string]): boolean => length > (mostOf[name] ?? maxTextCharacters);
  if (fields.size !== body.entries.length || [...fields].some(isLong)) throw new DomainError('BAD_REQUEST');
  return { text: (name) => fields.get(name) ?? '', has: (name) => (fields.get(name) ?? '') !== '' };
}

/** Returns the answer to a captcha. Null if the script sent none. */
export const captchaIn = (fields: Fields): string | null => fields.text('captcha') || null;

/** Returns a code as a person typed it, without hyphens. Blanks are taken away where codes are read. */
export const withoutHyphens = (code: string): string => code.replace(/[-\u2010-\u2015]/g, '');
