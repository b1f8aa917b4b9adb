import { z } from 'zod';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { maxEmailCharacters, maxInteger, maxTextCharacters } from '../../domain/bounds.ts';
import { InvalidInput } from '../../domain/errors.ts';

/** Any string the databases can store. These rules check format and size; the services check what a value means. */
const string = z.string({ error: 'must not be null' }).regex(/^[^\0]*$/, 'must not contain the character U+0000');

/** Most characters of an id in an input; global ids are longer than the ids they are made of. */
export const maxIdCharacters = 200;

const upTo = (maxCharacters: number) => string.max(maxCharacters, `must have at most ${maxCharacters} characters`);

/** A text a person wrote, such as a name. */
export const text = (maxCharacters: number = maxTextCharacters) => upTo(maxCharacters).min(1, 'must not be empty');

/** A password, secret, code or token. Any text is accepted, because only the service may say whether it is right. */
export const secret = upTo(maxTextCharacters);

/** An id of any kind. */
export const id = text(maxIdCharacters);

/** An e-mail address. Nothing is trimmed. */
export const email = upTo(maxEmailCharacters).regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'must be an e-mail address');

/** A phone number as people write it (ITU-T E.164). The service decides whether a code may be sent to it. */
export const phone = string.refine((value) => value.length <= 100 && PhoneNumber.read(value) !== null, 'must be a valid phone number');

/** A boolean that must not be null. */
export const flag = z.boolean({ error: 'must not be null' });

/** An enum value that must not be null. GraphQL itself has checked the value. */
export const nonNull = z.string({ error: 'must not be null' });

/** A whole number within bounds, such as a number of seconds. */
export const seconds = (min: number, max: number = maxInteger) =>
  z
    .number({ error: 'must not be null' })
    .int('must be a whole number')
    .min(min, `must not be less than ${min}`)
    .max(max, `must not be greater than ${max}`);

/** A JSON object of limited size. The strategy checks its fields. */
export const json = (maxCharacters: number) =>
  z
    .record(z.string(), z.unknown(), { error: 'must not be null' })
    .refine((value) => lengthAsJson(value) <= maxCharacters, `must have at most ${maxCharacters} characters as JSON`);

/** Returns the length of the value as JSON. It is infinite for a value nested too deeply, which `JSON.parse` reads but `JSON.stringify` cannot write. */
function lengthAsJson(value: object): number {
  try {
    return JSON.stringify(value).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Makes the error of the domain from failures of the rules. Its paths are relative to `input`, like those of the services. */
export const invalidInput = (issues: readonly Issue[]): InvalidInput =>
  new InvalidInput(
    issues.map(({ message, path = [] }) => {
      const names = path.map((part) => String(typeof part === 'object' ? part.key : part));
      return { message, path: names[0] === 'input' ? names.slice(1) : names };
    }),
  );
