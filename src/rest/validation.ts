import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify';
import { z } from 'zod';
import { PhoneNumber } from '../domain/authenticator/phone-number.ts';
import { maxMetadataBytes, maxTextCharacters, profileBounds } from '../domain/bounds.ts';
import { captchaBounds } from '../domain/environment/captcha-policy.ts';
import type { InputIssue } from '../domain/errors.ts';
import { InvalidInput } from '../domain/errors.ts';
import { storedId } from '../domain/ids.ts';
import { EmailAddress } from '../domain/messaging/email-address.ts';
import { isName, notAName, utf8Length } from '../domain/text.ts';

/** A string every database can store. PostgreSQL cannot store U+0000. */
export const storable = () => z.string().refine((value) => !value.includes('\0'));
/** A required string. */
export const text = () => storable().min(1).max(maxTextCharacters);
/** An optional string; null counts as absent, and an empty one is allowed. */
export const optionalText = () => storable().max(maxTextCharacters).nullish();
/** The same with a bound in bytes, for what has to fit into a token. */
export const optionalBytes = (maxBytes: number) => bounded(storable(), maxBytes).nullish();
/** An optional boolean; null counts as absent. */
export const optionalFlag = () => z.boolean().nullish();

/**
 * An optional setting of which this server has only some of the values, all of one type. A word or a number that is none of them is refused
 * by a text that names it, as clients expect. Null counts as absent.
 */
export const supportedValues = <const V extends readonly (string | number | boolean)[]>(name: string, ...values: V) =>
  z
    .literal(values, {
      error: ({ input }) =>
        typeof input === typeof values[0] && /^[\w.]{1,40}$/.test(String(input)) ? `${name} ${input} is not supported by this server` : undefined,
    })
    .nullish();
/** The token of an invitation link that somebody brings to a login. */
export const invitationToken = () =>
  optionalText().describe(
    'The token of an invitation link. The user joins its tenant when the login is complete. One that does not work fails no login.',
  );

/** The answer to a captcha. It counts where the captcha policy asks for one. */
export const captchaToken = () =>
  storable()
    .max(captchaBounds.tokenCharacters)
    .nullish()
    .describe('The token of the answer to a captcha. It is required while the captcha policy is switched on, except for its `ignoredEmails`.');

/** Metadata: an object, or one as JSON text. Clients send both; answers always have the text. Null counts as absent. */
export const metadataText = () =>
  z
    .union([storable().max(maxMetadataBytes), z.record(z.string(), z.unknown())])
    .transform((given) => (typeof given === 'string' ? given : JSON.stringify(given)))
    .nullish()
    .describe('An object, or one as JSON text.');

/** Runs a check only on a text that passed all checks before it, so that a field has one problem at a time. */
const when = ({ issues }: { issues: readonly unknown[] }): boolean => issues.length === 0;

/** A text that a rule of the domain accepts. `must` says what it accepts, without the name of the field. */
export const textOf = <S extends z.ZodString>(schema: S, accepts: (text: string) => boolean, must: string): S =>
  schema.refine(accepts, { params: { must }, when });

const bounded = <S extends z.ZodString>(schema: S, maxBytes: number): S =>
  textOf(schema, (value) => utf8Length(value) <= maxBytes, `must have at most ${maxBytes} bytes in UTF-8`);

/** A required id of a user or an authenticator, in the form in which it is stored. */
export const id = () => text().transform(storedId);
/** The same, if it may be absent. */
export const optionalId = () => optionalText().transform((value) => value && storedId(value));

/** A required name of something. */
export const nameText = () => textOf(text(), isName, notAName);
/** The name of a user, which has to fit into a token. */
export const userName = () => bounded(nameText(), profileBounds.name);
/** The same, if it may be absent. An empty one counts as absent. */
export const optionalUserName = () =>
  bounded(
    textOf(storable(), (value) => value === '' || isName(value), notAName),
    profileBounds.name,
  ).nullish();
/** A required e-mail address, to which mail can be sent. */
export const emailText = () => textOf(text(), (value) => EmailAddress.read(value) !== null, 'must be an email');

/** A phone number as people write it (ITU-T E.164). The service decides whether a code may be sent to it. */
export const phoneText = () => textOf(text(), (value) => PhoneNumber.read(value) !== null, 'must be a valid phone number');

/** Requires at least one of the fields. A body with none of them lacks the first, whatever else is wrong with it. */
export const requiringOne = <S extends z.ZodObject>(schema: S, first: string, ...others: string[]): S =>
  schema.refine((body: Record<string, unknown>) => [first, ...others].some((name) => Boolean(body[name])), {
    path: [first],
    params: { missing: true },
    when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value),
  });

/** Requires that the user is named by `email` or by `username`. */
export const naming = <S extends z.ZodObject>(schema: S): S => requiringOne(schema, 'email', 'username');

/** Returns the fields that a body gives. Null counts as absent. */
export function given<T extends object>(body: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

type RawIssue = z.core.$ZodRawIssue;

/** Returns the text of a problem, in the words of the validator library that Frontegg answers with. */
function messageOf(issue: RawIssue): string {
  const field = nameOf(issue.path ?? []);
  if (field === '' && issue.code === 'invalid_type' && issue.expected === 'array') return 'Expected body to be an array';
  if (field === '') return issue.input === undefined || issue.input === null ? 'Request body is required' : 'Invalid request body';
  switch (issue.code) {
    case 'invalid_value':
      return `${field} must be one of the following values: ${issue.values.map((value) => (value === '' ? '""' : String(value))).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? `${field} should not be empty` : `${field} must not be less than ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `${field} must be a string` : `${field} must not be greater than ${issue.maximum}`;
    // The only field that is a text or something else is metadata.
    case 'invalid_union':
      return `${field} must be a JSON string`;
    case 'invalid_type':
      return wrongType(field, issue.expected, issue.input);
    case 'custom':
      if (issue.params?.must) return `${field} ${issue.params.must}`;
      return issue.params?.missing ? `${field} should not be empty` : `${field} must be a string`;
    default:
      return `${field} is invalid`;
  }
}

/** Returns the name of the field: the last name of the path. A member of a list has no name of its own. */
function nameOf(path: readonly PropertyKey[]): string {
  const last = path.at(-1) ?? '';
  return typeof last === 'number' ? `each value in ${nameOf(path.slice(0, -1))}` : String(last);
}

function wrongType(field: string, expected: string, input: unknown): string {
  switch (expected) {
    case 'string':
      return input === undefined || input === null ? `${field} should not be empty` : `${field} must be a string`;
    case 'boolean':
      return `${field} must be a boolean value`;
    case 'int':
    case 'number':
      return `${field} must be an integer number`;
    case 'array':
      return `${field} must be an array`;
    default:
      return `${field} must be an object`;
  }
}

/** Returns the problems: one for each field, the first that applies, in the order of the fields in the schema. */
function issuesOf(error: z.ZodError, schema: z.ZodType): InputIssue[] {
  const byField = new Map<string, InputIssue & { code: string }>();
  for (const { path: where, code, message } of error.issues) {
    const path = where.map(String);
    const earlier = byField.get(path.join('.'));
    // Of two bounds of one kind, the narrower one of the field comes after the one every integer has.
    if (earlier === undefined || earlier.code === code) byField.set(path.join('.'), { path, code, message });
  }
  const order = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const place = ({ path }: InputIssue): number => order.indexOf(path[0] ?? '');
  return [...byField.values()].sort((a, b) => place(a) - place(b)).map(({ path, message }) => ({ path, message }));
}

/** Returns the value as the schema reads it. Throws one refusal with every problem found. */
export function check<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data, { error: messageOf });
  if (!result.success) throw new InvalidInput(issuesOf(result.error, schema));
  return result.data;
}

/** Checks bodies, queries and parameters by their zod schemas. Unknown fields are dropped, because real clients send extra ones. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const result = schema.safeParse(data, { error: messageOf });
    return result.success ? { value: result.data } : { error: new InvalidInput(issuesOf(result.error, schema)) };
  };

/**
 * Writes answers by their zod schemas: what is not documented is left out, and an answer that does not fit is a fault of ours. No schema
 * of an answer transforms anything, so it reads as it writes. To encode by zod instead takes twice as long.
 */
export const serializerCompiler: FastifySerializerCompiler<z.ZodType> =
  ({ schema }) =>
  (answer: unknown) =>
    JSON.stringify(schema.parse(answer));
