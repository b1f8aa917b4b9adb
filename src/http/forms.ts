import type { FastifyInstance } from 'fastify';
import { DomainError } from '../domain/errors.ts';
import { holdsOnlyText } from '../domain/text.ts';

/** The fields of a form in their order, with repetitions. */
export class FormFields {
  readonly entries: readonly (readonly [name: string, value: string])[];
  constructor(entries: readonly (readonly [name: string, value: string])[]) {
    this.entries = entries;
  }
}

/**
 * Makes the routes of a scope accept forms as browsers send them (URL Standard §5). What is no UTF-8 or holds a null character is refused, as
 * in JSON, because databases and hashes could only replace it.
 */
export function acceptForms(scope: FastifyInstance): void {
  scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    const entries = fieldsOf(String(body));
    if (entries === null) return done(new DomainError('BAD_REQUEST'));
    done(null, new FormFields(entries));
  });
}

/** Returns the fields of an encoded text. Null if it is malformed. */
export function fieldsOf(encoded: string): [string, string][] | null {
  try {
    const text = decodeURIComponent(encoded.replaceAll('+', ' '));
    return holdsOnlyText(text) && !text.includes('\0') && !text.includes('\uFFFD') ? [...new URLSearchParams(encoded)] : null;
  } catch {
    return null;
  }
}
