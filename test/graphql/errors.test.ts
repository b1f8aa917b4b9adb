import { isObjectType, isUnionType } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/domain/error-catalogue.ts';
import { catalogue } from '../../src/domain/error-catalogue.ts';
import {
  AttemptsExhausted,
  DomainError,
  errorCodes,
  InvalidCode,
  InvalidInput,
  PasswordExpired,
  RateLimited,
  RedirectUriInvalid,
  StrategyUnavailable,
  Unavailable,
} from '../../src/domain/errors.ts';
import { errorPlacement } from '../../src/graphql/errors/placement.ts';
import { graphqlPlace } from '../../src/graphql/errors/response.ts';
import { schema } from '../../src/graphql/schema.ts';
import { openCounting } from '../support/graphql-stub.ts';

const now = new Date('2026-03-02T09:00:00.000Z');
const withData: Partial<Record<ErrorCode, DomainError>> = {
  INVALID_INPUT: new InvalidInput([{ path: ['email'], message: 'private to nobody' }]),
  INVALID_CODE: new InvalidCode(3),
  ATTEMPTS_EXHAUSTED: new AttemptsExhausted(new Date(now.getTime() + 60_000), now),
  PASSWORD_EXPIRED: new PasswordExpired({
    ...{ userId: 'some-id', email: 'ada@acme.example', resetPasswordToken: 'a token', resetPasswordTokenExpiresAt: now },
  }),
  RATE_LIMITED: new RateLimited(7),
  STRATEGY_UNAVAILABLE: new StrategyUnavailable('no provider'),
  REDIRECT_URI_INVALID: new RedirectUriInvalid('must not have a *'),
  UNAVAILABLE: new Unavailable('canary detail'),
};
const thrownFor = (code: ErrorCode): DomainError => withData[code] ?? new DomainError(code, 'canary detail');

const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
const logInMembers = new Set((schema.getType('LogInResult') as (typeof unions)[number]).getTypes().map((type) => type.name));
const memberOf = (code: ErrorCode) => {
  const place = errorPlacement[code];
  return place === 'TOP_LEVEL' ? null : place.name;
};

describe('every code of the catalogue', () => {
  test.each(errorCodes)('%s has one place', async (code) => {
    const stub = await openCounting({ refusal: thrownFor(code) });
    const member = memberOf(code);
    const document = 'mutation { logIn(input: { email: "a@b.example", password: "x" }) { __typename ... on UserError { code message path } } }';
    const answer = await stub.send(document);
    expect(JSON.stringify(answer)).not.toContain('canary');
    if (member !== null && logInMembers.has(member)) {
      const path = code === 'INVALID_INPUT' ? ['input', 'email'] : expect.arrayContaining(['input']);
      expect(answer).toEqual({ data: { logIn: { __typename: member, code, message: catalogue[code].message, path } } });
    } else {
      // A refusal no union of the field foresees still says what it is.
      expect(answer.errors?.[0]).toMatchObject({ message: catalogue[code].message, path: ['logIn'], extensions: { code, requestId: 'request-1' } });
    }
    await stub.app.close();
  });

  test('that a person can act on is a member of some union', () => {
    const used = new Set(unions.flatMap((union) => union.getTypes().map((type) => type.name)));
    expect(errorCodes.map(memberOf).filter((name) => name !== null && !used.has(name))).toEqual([]);
    for (const name of errorCodes.map(memberOf)) if (name !== null) expect(isObjectType(schema.getType(name)), name).toBe(true);
  });

  test('has its place told on the page of errors', () => {
    expect(graphqlPlace('INVALID_CODE')).toContain('InvalidCodeError');
    expect(graphqlPlace('UNAUTHENTICATED')).toContain('top level');
  });
});

test('members carry their data', async () => {
  const select = async (refusal: DomainError, document: string) => {
    const stub = await openCounting({ refusal });
    const answer = await stub.send(document);
    await stub.app.close();
    return Object.values(answer.data ?? {})[0];
  };
  const verify = (selection: string) => `mutation { verifyAuthenticatorApp(input: { mfaToken: "t", code: "c" }) { ${selection} } }`;
  expect(await select(thrownFor('INVALID_CODE'), verify('... on InvalidCodeError { attemptsRemaining }'))).toEqual({ attemptsRemaining: 3 });
  expect(await select(thrownFor('ATTEMPTS_EXHAUSTED'), verify('... on AttemptsExhaustedError { lockedUntil retryAfterSeconds }'))).toEqual({
    lockedUntil: '2026-03-02T09:01:00.000Z',
    retryAfterSeconds: 60,
  });
  expect(await select(thrownFor('RATE_LIMITED'), verify('... on RateLimitedError { retryAfterSeconds }'))).toEqual({ retryAfterSeconds: 7 });
  const set = 'mutation { setMfaStrategy(input: { strategy: SMS, active: true }) { ... on StrategyUnavailableError { reason path } } }';
  expect(await select(thrownFor('STRATEGY_UNAVAILABLE'), set)).toEqual({ reason: 'no provider', path: ['input', 'strategy'] });
});

test('what is no refusal at all is masked', async () => {
  for (const thrown of [new Error('canary'), new TypeError('canary'), 'canary', null]) {
    const stub = await openCounting({ refusal: thrown });
    const answer = await stub.send('{ mfaPolicy { id } }');
    expect(answer.errors).toEqual([
      {
        message: catalogue.INTERNAL.message,
        locations: [{ line: 1, column: 3 }],
        path: ['mfaPolicy'],
        extensions: { code: 'INTERNAL', requestId: 'request-1' },
      },
    ]);
    await stub.app.close();
  }
});

test('a server that is busy says so by the status, too', async () => {
  const stub = await openCounting({ refusal: thrownFor('UNAVAILABLE') });
  const answer = await stub.app.inject({ method: 'POST', url: '/graphql', payload: { query: '{ mfaPolicy { id } }' } });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
  expect(answer.json().errors[0].extensions).toEqual({ code: 'UNAVAILABLE', retryAfterSeconds: 5, requestId: 'request-1' });
  await stub.app.close();
});
