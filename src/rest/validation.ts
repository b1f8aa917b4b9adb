import type { FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import type { InputIssue } from '../domain/errors.ts';
import { InvalidInput } from '../domain/errors.ts';

/** Longer strings count as the wrong type. */
const maxTextLength = 4096;

/** A required string. */
export const text = () => z.string().min(1).max(maxTextLength);
/** An optional string; null counts as absent, and an empty one is allowed. */
export const optionalText = () => z.string().max(maxTextLength).nullish();
export const optionalFlag = () => z.boolean().nullish();
export const emailText = () =>
  z
    .string()
    .min(1)
    .max(254)
    .regex(/^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+\.[^\s@<>",;:\\]+$|^[^\s@<>",;:\\]+@localhost$/);

/** The fields a body really gives: null counts as absent. */
export function given<T extends object>(body: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}

type RawIssue = z.core.$ZodRawIssue;

/** One text for each kind of fault, in the words of the validator library the original answers with. */
function textOf(issue: RawIssue): string {
  const field = String(issue.path?.at(-1) ?? '');
  if (field === '') return issue.input === undefined || issue.input === null ? 'Request body is required' : 'Invalid request body';
  switch (issue.code) {
    case 'invalid_value':
      return `${field} must be one of the following values: ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? `${field} should not be empty` : `${field} must not be less than ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' ? `${field} must be a string` : `${field} must not be greater than ${issue.maximum}`;
    case 'invalid_format':
      return `${field} must be an email`;
    case 'invalid_type':
      return wrongType(field, issue.expected, issue.input);
    default:
      return `${field} is invalid`;
  }
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

/** One text a field, the first that applies, in the order the schema names the fields. */
function issuesOf(error: z.ZodError): InputIssue[] {
  const byField = new Map<string, InputIssue>();
  for (const issue of error.issues) {
    const path = issue.path.map(String);
    const key = path.join('.');
    if (!byField.has(key)) byField.set(key, { path, message: issue.message });
  }
  return [...byField.values()];
}

/** Checks bodies, queries and parameters by their zod schemas; unknown fields are dropped, as real clients send extras. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data: unknown) => {
    const result = schema.safeParse(data, { error: textOf });
    return result.success ? { value: result.data } : { error: new InvalidInput(issuesOf(result.error)) };
  };
