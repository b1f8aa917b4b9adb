import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { PhoneNumber } from '../../domain/authenticator/phone-number.ts';
import { maxInteger, maxTextCharacters, profileBounds } from '../../domain/bounds.ts';
import { captchaBounds } from '../../domain/environment/captcha-policy.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { maxIdCharacters, storedId } from '../../domain/ids.ts';
import { EmailAddress } from '../../domain/messaging/email-address.ts';
import { isName, notAName, utf8Length, withoutBlanksAround } from '../../domain/text.ts';
import { badRequest } from './bad-request.ts';
import { restIdOf } from './node-ids.ts';

/** Any string the databases can store. These rules check format and size; the services check what a value means. */
export const storable = z.string({ error: 'must not be null' }).regex(/^[^\0]*$/, 'must not contain the character U+0000');

const upTo = (maxCharacters: number) => storable.max(maxCharacters, { error: `must have at most ${maxCharacters} characters`, abort: true });

/** A text that must not be empty. */
export const text = (maxCharacters: number = maxTextCharacters) => upTo(maxCharacters).min(1, { error: 'must not be empty', abort: true });

/** A text of a user that has to fit into a token. */
export const bytes = (maxBytes: number) => text().refine((value) => utf8Length(value) <= maxBytes, `must have at most ${maxBytes} bytes in UTF-8`);

/** A password, secret, code or token. Any text is accepted, because only the service may say whether it is right. */
export const secret = upTo(maxTextCharacters);

/** The answer to a captcha. */
export const captchaAnswer = upTo(captchaBounds.tokenCharacters);

/** The id of a tenant. */
export const tenantId = text(maxIdCharacters);

/** The id of a user or of anything else that is not a tenant, in the form in which it is stored. */
export const id = text(maxIdCharacters).transform(storedId);

/** The id of a node of this type, global or not, which becomes the one that REST uses. */
export const idOf = (typename: string) => text(maxIdCharacters).transform((value) => restIdOf(typename, value));

/** The name of something. */
export const name = (maxCharacters: number = maxTextCharacters) => text(maxCharacters).refine(isName, notAName);

/** The name of a user, which has to fit into a token. */
export const userName = bytes(profileBounds.name).refine(isName, notAName);

/** The e-mail address of a new user, to which mail can be sent. */
export const email = text().refine((value) => EmailAddress.read(value) !== null, 'must be an e-mail address');

/** The e-mail address of a user who may exist. Earlier releases accepted addresses that are refused now, and their users still log in. */
export const emailOfUser = text().refine((value) => /^[^@\s\p{Cc}]+@[^@\s\p{Cc}]+$/u.test(withoutBlanksAround(value)), 'must be an e-mail address');

/** A phone number as people write it (ITU-T E.164). The service decides whether a code may be sent to it. */
export const phone = storable.refine((value) => value.length <= 100 && PhoneNumber.read(value) !== null, 'must be a valid phone number');

/** A boolean that must not be null. */
export const flag = z.boolean({ error: 'must not be null' });

/** An enum value that must not be null. GraphQL itself has checked the value. */
export const nonNull = z.string({ error: 'must not be null' });

/** A whole number within bounds, such as a number of seconds. */
export const wholeNumber = (min: number, max: number = maxInteger) =>
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

/**
 * Returns the length of the value as JSON.
 * It is infinite for a value nested too deeply, which `JSON.parse` reads but `JSON.stringify` cannot write.
 */
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

/** Returns the names that lead to what an issue is about. */
const namesIn = ({ path = [] }: Issue): string[] => path.map((part) => String(typeof part === 'object' ? part.key : part));

/** Makes the error of the domain from failures of the rules. Its paths are relative to `input`, like those of the services. */
export const invalidInput = (issues: readonly Issue[]): InvalidInput =>
  new InvalidInput(
    issues.map((issue) => {
      const names = namesIn(issue);
      return { message: issue.message, path: names[0] === 'input' ? names.slice(1) : names };
    }),
  );

/** Makes the error about arguments of a query from failures of the rules. */
export const badArguments = (issues: readonly Issue[]): GraphQLError =>
  badRequest(issues.map((issue) => `\`${namesIn(issue).join('.')}\` ${issue.message}.`).join(' '));
