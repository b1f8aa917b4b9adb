import { InvalidInput } from '../../domain/errors.ts';
import { EmailAddress } from '../../domain/messaging/email-address.ts';
import { isName } from '../../domain/text.ts';
import type { FieldName } from '../problem.ts';
import type { Fields } from './fields.ts';

function refuse(field: FieldName, message: string): never {
  throw new InvalidInput([{ path: [field], message }]);
}

/** Returns the address that somebody typed, without blanks around it. It is one that can be mailed. Errors: `INVALID_INPUT`. */
export function emailIn(fields: Fields): string {
  const email = fields.text('email').trim();
  return EmailAddress.read(email) === null ? refuse('email', 'email must be an e-mail address') : email;
}

/** Returns a name that somebody typed, without blanks around it. Empty if there is none. Errors: `INVALID_INPUT`. */
export function nameIn(fields: Fields, field: 'name' | 'companyName', fits: (name: string) => boolean): string {
  const name = fields.text(field).trim();
  return name === '' || (isName(name) && fits(name)) ? name : refuse(field, `${field} is too long, or has characters that nobody sees`);
}
