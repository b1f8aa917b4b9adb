import { PothosValidationError } from '@pothos/core';
import type { GraphQLErrorOptions } from 'graphql';
import { GraphQLError, isValueNode, Kind } from 'graphql';
import type { ErrorCode } from '../../domain/error-catalogue.ts';
import { catalogue } from '../../domain/error-catalogue.ts';
import { AttemptsExhausted, DomainError, RateLimited, StepUpRequired, Unavailable } from '../../domain/errors.ts';
import { faultOf } from '../../domain/fault.ts';
import type { Log } from '../../domain/ports.ts';
import type { Call } from '../../http/call.ts';
import type { UnavailableLog } from '../../http/unavailable-log.ts';
import { errorPlacement } from './placement.ts';

/**
 * Makes a top-level error of an error of the domain, so that it stands in `errors` of the response and in no union. Anything
 * else is returned unchanged.
 */
export function topLevel(error: DomainError): GraphQLError;
export function topLevel(error: unknown): unknown;
export function topLevel(error: unknown): unknown {
  return error instanceof DomainError ? shape(error, error, catalogue[error.code].message) : error;
}

/**
 * Returns what may leave the process: a text of the catalogue, or a text about the document the caller sent. Everything else
 * is masked, in every environment. The cause stays in `originalError`, which no response carries.
 */
export function publicError(error: unknown): GraphQLError {
  const cause = causeOf(error);
  if (cause instanceof DomainError) return shape(error, cause, cause.message);
  if (cause instanceof GraphQLError && isAboutTheDocument(cause, error)) {
    const { code } = cause.extensions;
    return shape(
      error,
      { code: isErrorCode(code) ? code : 'BAD_REQUEST' },
      withoutEcho(error instanceof GraphQLError ? error.message : cause.message),
    );
  }
  return shape(error, new DomainError('INTERNAL'), catalogue.INTERNAL.message, cause instanceof Error ? cause : new Error(String(cause)));
}

/**
 * Adds the request id to the errors, and logs those the operator has to act on. Each cause is logged once, and the variables
 * of the document never. Those of an overloaded server are counted instead.
 */
export function finishErrors(
  errors: readonly unknown[],
  call: Call,
  { log, unavailable }: { log: Log; unavailable: UnavailableLog },
): GraphQLError[] {
  const { requestId } = call.origin;
  const logged = new Set<unknown>();
  return errors.map((error) => {
    const shown = publicError(error);
    const cause = causeOf(error);
    if (isOperators(shown.extensions.code) && !logged.has(cause)) {
      logged.add(cause);
      if (cause instanceof Unavailable) unavailable.count(cause, call);
      else log.error({ requestId, path: shown.path?.join('.'), ...faultOf(cause) }, 'graphql error');
    }
    return new GraphQLError(shown.message, { ...placeOf(shown), extensions: { ...shown.extensions, requestId } });
  });
}

const isOperators = (code: unknown): boolean => isErrorCode(code) && catalogue[code].audience === 'operator';

/** Returns where a code appears in GraphQL, in words for the page of errors. */
export function graphqlPlace(code: ErrorCode): string {
  const place = errorPlacement[code];
  return place === 'TOP_LEVEL' ? `top level, \`extensions.code\` is \`${code}\`` : `\`${place.name}\`, a member of the unions`;
}

interface Refusal {
  code: ErrorCode;
}

function shape(error: unknown, refusal: Refusal, message: string, originalError?: Error): GraphQLError {
  const waits = refusal instanceof Unavailable || refusal instanceof RateLimited || refusal instanceof AttemptsExhausted;
  const known = error instanceof GraphQLError ? error.extensions : {};
  const extensions: Record<string, unknown> = { ...(known.http === undefined ? {} : { http: known.http }), code: refusal.code };
  // Yoga answers with status 500 because of this mark, and does not send it.
  if (refusal.code === 'INTERNAL') extensions.unexpected = true;
  if (waits) extensions.retryAfterSeconds = refusal.retryAfterSeconds;
  if (refusal instanceof StepUpRequired) Object.assign(extensions, { acrValues: refusal.acrValues, maxAge: refusal.maxAgeSeconds });
  if (refusal instanceof Unavailable) extensions.http = { status: 503, headers: { 'retry-after': String(refusal.retryAfterSeconds) } };
  // The DomainError stays attached so that its detail reaches the log.
  const attached = originalError ?? (refusal instanceof DomainError ? refusal : undefined);
  return new GraphQLError(message, { ...placeOf(error), ...(attached === undefined ? {} : { originalError: attached }), extensions });
}

/** Returns where in the document the error happened. */
const placeOf = (error: unknown): GraphQLErrorOptions =>
  error instanceof GraphQLError ? { nodes: error.nodes ?? null, source: error.source, positions: error.positions, path: error.path } : {};

/** Returns what was thrown in the first place, under any number of GraphQL errors. */
export function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
  return cause;
}

/**
 * Whether an error is about the document the caller sent. Errors of parsing, validation and coercion of variables have no path.
 * Arguments are coerced only when their field is executed, for example when a variable that is null meets a type that is not; such
 * an error points at the value in the document. Any later error without a code of the catalogue is a fault of this server.
 */
const isAboutTheDocument = (cause: GraphQLError, error: unknown): boolean =>
  isErrorCode(cause.extensions.code) ||
  cause instanceof PothosValidationError ||
  !(error instanceof GraphQLError) ||
  error.path === undefined ||
  pointsAtValue(cause);

/** Whether the error points at a value or an argument of the document. Errors of resolvers and of their results point at fields. */
const pointsAtValue = ({ nodes }: GraphQLError): boolean =>
  nodes?.some((node) => isValueNode(node) || node.kind === Kind.ARGUMENT || node.kind === Kind.DIRECTIVE) === true;

/** Whether a value is a code of the catalogue. */
export const isErrorCode = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(catalogue, code);

/**
 * Removes suggestions and values from a message of GraphQL. Suggested names would reveal a schema that introspection hides,
 * and a value could be a password that ends in a log.
 */
const withoutEcho = (message: string): string =>
  message
    .replace(/\s*Did you mean [\s\S]*\?/, '')
    .replace(/ got invalid value [\s\S]*?( at "[^"]*")?; /, ' got an invalid value$1: ')
    .replace(/ cannot represent [\w -]*value: [\s\S]*$/, ' cannot represent this value.')
    .replace(/ has invalid value [\s\S]*$/, ' has an invalid value.')
    .replace(/, found [\s\S]*$/, '.');
