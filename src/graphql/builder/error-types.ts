import { catalogue } from '../../domain/error-catalogue.ts';
import type { InputIssue } from '../../domain/errors.ts';
import {
  AttemptsExhausted,
  type DomainError,
  errorCodes,
  InvalidCode,
  InvalidInput,
  PasswordExpired,
  RateLimited,
  RedirectUriInvalid,
  StrategyUnavailable,
  unendingRetrySeconds,
} from '../../domain/errors.ts';
import type { DocumentProblem } from '../../domain/insight/document-problem.ts';
import { InvalidDocument } from '../../domain/insight/document-problem.ts';
import { mostProblems } from '../../domain/insight/document-reading.ts';
import type { UnionErrorCode } from '../errors/placement.ts';
import { errorPlacement, pathOf } from '../errors/placement.ts';
import { builder } from './builder.ts';
import { globalId } from './node-ids.ts';

/** The code of an error. */
export const ErrorCode = builder.enumType('ErrorCode', {
  description:
    'Every error this server can answer with. Front ends choose their translation by this code. Any release may add values, so clients need a default case.',
  values: Object.fromEntries(errorCodes.map((code) => [code, { value: code, description: sentence(code) }])),
});

const UserError = builder.interfaceRef<DomainError>('UserError').implement({
  description: 'An error the person in front of the screen can act on. Any release may add members to a union, so always select this interface.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCode, description: 'The error code, for programs.' }),
    message: t.exposeString('message', { description: 'A fixed English text for developers and logs. It never contains values of the request.' }),
    path: t.stringList({
      description: 'The part of the arguments the error is about: `input`, followed by the field if it is about one field.',
      resolve: pathOf,
    }),
  }),
});

const options = (code: UnionErrorCode) => ({ name: errorPlacement[code].name, description: sentence(code), interfaces: [UserError] });

// Errors without data share the class `DomainError`, and `place.refusal` tells them apart by their code.
for (const code of errorCodes) {
  const place = errorPlacement[code];
  if (place !== 'TOP_LEVEL' && !place.carriesData)
    builder.objectType(place.refusal as typeof DomainError, { name: place.name, description: sentence(code), interfaces: [UserError] });
}

const Issue = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One problem of an input.',
  fields: (t) => ({
    path: t.stringList({ description: 'The path of the field, starting with `input`.', resolve: ({ path }) => ['input', ...path] }),
    message: t.exposeString('message', { description: 'What is wrong with the field, in English.' }),
  }),
});

builder.objectType(InvalidInput, {
  ...options('INVALID_INPUT'),
  fields: (t) => ({ issues: t.field({ type: [Issue], description: 'All problems that were found.', resolve: ({ issues }) => [...issues] }) }),
});

builder.objectType(PasswordExpired, {
  ...options('PASSWORD_EXPIRED'),
  fields: (t) => ({
    userId: t.id({
      description: 'The global id of the user, for `resetPassword`.',
      resolve: ({ expired }) => globalId('User', expired.userId),
    }),
    resetPasswordToken: t.string({
      description: 'The token for `resetPassword`. It sets a new password once, and is shown in this answer only.',
      resolve: ({ expired }) => expired.resetPasswordToken,
    }),
    resetPasswordTokenExpiresAt: t.field({
      type: 'DateTime',
      description: 'When the token stops working.',
      resolve: ({ expired }) => expired.resetPasswordTokenExpiresAt,
    }),
  }),
});

const Problem = builder.objectRef<DocumentProblem>('DocumentProblem').implement({
  description: 'One thing that is wrong with a document.',
  fields: (t) => ({
    line: t.exposeInt('line', { description: 'The line in the document, beginning at 1.' }),
    column: t.exposeInt('column', { description: 'The column in the line, beginning at 1.' }),
    path: t.stringList({
      description: 'The names that lead to the place, from the beginning of the document. Empty if the text could not be read so far.',
      resolve: ({ path }) => [...path],
    }),
    code: t.expose('code', {
      type: ErrorCode,
      description: 'The error that making the change would have, or `INVALID_INPUT` if the text is not a document of settings.',
    }),
    message: t.exposeString('message', { description: 'What is wrong there, in English. It quotes nothing of the document.' }),
  }),
});

builder.objectType(InvalidDocument, {
  ...options('DOCUMENT_INVALID'),
  fields: (t) => ({
    problems: t.field({
      type: [Problem],
      description: `The problems in the order of the document, the first ${mostProblems} of them.`,
      resolve: ({ problems }) => [...problems],
    }),
  }),
});

builder.objectType(InvalidCode, {
  ...options('INVALID_CODE'),
  fields: (t) => ({
    attemptsRemaining: t.exposeInt('attemptsRemaining', {
      nullable: true,
      description:
        'How many attempts are left before this factor is blocked for a while. Null if the text could not be a code at all; such an attempt is not counted.',
    }),
  }),
});

builder.objectType(AttemptsExhausted, {
  ...options('ATTEMPTS_EXHAUSTED'),
  fields: (t) => ({
    lockedUntil: t.expose('lockedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt is possible. Null if waiting does not help, because the factor has to be enrolled again.',
    }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      description: `Seconds until \`lockedUntil\`, by the clock of the server. If \`lockedUntil\` is null, this is ${unendingRetrySeconds}.`,
    }),
  }),
});

builder.objectType(RateLimited, {
  ...options('RATE_LIMITED'),
  fields: (t) => ({ retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'Seconds to wait before the next attempt.' }) }),
});

builder.objectType(StrategyUnavailable, {
  ...options('STRATEGY_UNAVAILABLE'),
  fields: (t) => ({ reason: t.exposeString('reason', { description: 'Why this deployment cannot serve the strategy, in words for the operator.' }) }),
});

builder.objectType(RedirectUriInvalid, {
  ...options('REDIRECT_URI_INVALID'),
  fields: (t) => ({ reason: t.exposeString('reason', { description: 'Which rule the URI breaks. It begins with `must`.' }) }),
});

function sentence(code: keyof typeof catalogue): string {
  return `${catalogue[code].message} ${catalogue[code].remedy}`;
}
