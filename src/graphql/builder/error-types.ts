import type { InputIssue } from '../../domain/errors.ts';
import {
  AttemptsExhausted,
  catalogue,
  type DomainError,
  errorCodes,
  InvalidCode,
  InvalidInput,
  RateLimited,
  StrategyUnavailable,
} from '../../domain/errors.ts';
import type { UnionErrorCode } from '../errors/placement.ts';
import { errorPlacement, pathOf } from '../errors/placement.ts';
import { builder } from './builder.ts';

const ErrorCode = builder.enumType('ErrorCode', {
  description: 'Every refusal this server knows. Front ends translate by it. New values may be added in any release: have a default.',
  values: Object.fromEntries(errorCodes.map((code) => [code, { value: code, description: sentence(code) }])),
});

const UserError = builder.interfaceRef<DomainError>('UserError').implement({
  description: 'A refusal the person in front of the screen can act on. New members may join a union in any release; always select this interface.',
  fields: (t) => ({
    code: t.expose('code', { type: ErrorCode, description: 'The refusal as one word of the catalogue.' }),
    message: t.exposeString('message', { description: 'What is wrong, in English, for developers and logs. Nothing else ever stands here.' }),
    path: t.stringList({ description: 'Where in the arguments it points: `input`, and the field if it is about one.', resolve: pathOf }),
  }),
});

const options = (code: UnionErrorCode) => ({ name: errorPlacement[code].name, description: sentence(code), interfaces: [UserError] });

// Written so that each type is of its own class; the others differ by their code alone.
for (const code of errorCodes) {
  const place = errorPlacement[code];
  if (place !== 'TOP_LEVEL' && !place.carriesData)
    builder.objectType(place.refusal as typeof DomainError, { name: place.name, description: sentence(code), interfaces: [UserError] });
}

const Issue = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One fault of an input.',
  fields: (t) => ({
    path: t.stringList({ description: 'The field at fault, from `input` on.', resolve: ({ path }) => ['input', ...path] }),
    message: t.exposeString('message', { description: 'What is wrong with it, in English.' }),
  }),
});

builder.objectType(InvalidInput, {
  ...options('INVALID_INPUT'),
  fields: (t) => ({ issues: t.field({ type: [Issue], description: 'Every fault found.', resolve: ({ issues }) => [...issues] }) }),
});

builder.objectType(InvalidCode, {
  ...options('INVALID_CODE'),
  fields: (t) => ({
    attemptsRemaining: t.exposeInt('attemptsRemaining', {
      nullable: true,
      description: 'Tries left before this factor is shut for a while. Null where the text could not be a code at all: such a try is not counted.',
    }),
  }),
});

builder.objectType(AttemptsExhausted, {
  ...options('ATTEMPTS_EXHAUSTED'),
  fields: (t) => ({
    lockedUntil: t.expose('lockedUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'When the next try is possible. Null when waiting does not help: the factor has to be bound anew.',
    }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      description: 'Seconds until `lockedUntil`, by the clock of the server; a day where that is null.',
    }),
  }),
});

builder.objectType(RateLimited, {
  ...options('RATE_LIMITED'),
  fields: (t) => ({ retryAfterSeconds: t.exposeInt('retryAfterSeconds', { description: 'Seconds to wait before the next try.' }) }),
});

builder.objectType(StrategyUnavailable, {
  ...options('STRATEGY_UNAVAILABLE'),
  fields: (t) => ({ reason: t.exposeString('reason', { description: 'What the deployment lacks, for the operator.' }) }),
});

function sentence(code: keyof typeof catalogue): string {
  return `${catalogue[code].message} ${catalogue[code].remedy}`;
}
