import { z } from 'zod';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { maxInteger, maxTextCharacters } from '../../domain/bounds.ts';
import { maxEmailCharacters } from '../../domain/directory/user.ts';
import { InvalidInput } from '../../domain/errors.ts';

/** Building blocks for the rules of inputs. They judge format and size; what a value means is the service's to judge. */
const string = z.string({ error: 'must not be null' }).regex(/^[^\0]*$/, 'must not contain the character U+0000');

/** Most characters of an id in an input; global ids are longer than the ids they are made of. */
export const maxIdCharacters = 200;

const upTo = (maxCharacters: number) => string.max(maxCharacters, `must have at most ${maxCharacters} characters`);

/** Text a person wrote, such as a name. */
export const text = (maxCharacters: number = maxTextCharacters) => upTo(maxCharacters).min(1, 'must not be empty');

/** Passwords, secrets, codes and tokens: any text, since only the service may say whether it is right. */
export const secret = upTo(maxTextCharacters);

export const id = text(maxIdCharacters);

/** RFC 5321 allows 254 characters. Nothing is trimmed. */
export const email = upTo(maxEmailCharacters).regex(/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u, 'must be an e-mail address');

/** E.164 as people write it; whether a code may be sent there is the service's to judge. */
export const phone = string.refine((value) => value.length <= 100 && PhoneNumber.read(value) !== null, 'must be a valid phone number');

export const flag = z.boolean({ error: 'must not be null' });

/** Enum values were checked by GraphQL itself; what is left to refuse is null. */
export const nonNull = z.string({ error: 'must not be null' });

export const seconds = (min: number, max: number = maxInteger) =>
  z
    .number({ error: 'must not be null' })
    .int('must be a whole number')
    .min(min, `must not be less than ${min}`)
    .max(max, `must not be greater than ${max}`);

/** An object whose fields a strategy judges; here only its size. */
export const json = (maxCharacters: number) =>
  z
    .record(z.string(), z.unknown(), { error: 'must not be null' })
    .refine((value) => lengthAsJson(value) <= maxCharacters, `must have at most ${maxCharacters} characters as JSON`);

/** Infinite for what lies deeper in itself than the stack reaches: `JSON.parse` reads that, `JSON.stringify` throws. */
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

/** Failures of the rules as the domain's error; its paths are relative to `input`, as the services' are. */
export const invalidInput = (issues: readonly Issue[]): InvalidInput =>
  new InvalidInput(
    issues.map(({ message, path = [] }) => {
      const names = path.map((part) => String(typeof part === 'object' ? part.key : part));
      return { message, path: names[0] === 'input' ? names.slice(1) : names };
    }),
  );
