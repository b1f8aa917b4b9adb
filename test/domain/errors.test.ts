import { expect, it } from 'vitest';
import type { ErrorCode } from '../../src/domain/error-catalogue.ts';
import { catalogue } from '../../src/domain/error-catalogue.ts';
import {
  AttemptsExhausted,
  DomainError,
  errorCodes,
  fail,
  InvalidCode,
  InvalidInput,
  RateLimited,
  RedirectUriInvalid,
  StrategyUnavailable,
  Unavailable,
} from '../../src/domain/errors.ts';

it.each(errorCodes)('%s says in a sentence what is wrong, in another what to do, and to whom', (code) => {
  const { audience, message, remedy } = catalogue[code];
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  expect(['person', 'caller', 'operator']).toContain(audience);
  for (const text of [message, remedy]) expect(text).toMatch(/^[A-Z`].{6,}\.$/s);
  expect(remedy).not.toBe(message);
});

it.each(errorCodes)('%s shows nothing of the inside', (code) => {
  const { message, remedy } = catalogue[code];
  // Names of libraries, tables and keys, and words of stack traces: a stranger reads these texts.
  const inside =
    /sql|drizzle|postgres|fastify|pothos|yoga|argon|pepper|bcrypt|sha-?256|aes|hmac|select |insert |constraint|stack|undefined|null\b|node:|\/src\//i;
  expect(`${message} ${remedy}`).not.toMatch(inside);
});

it('no two codes say the same: a person who reads one knows which', () => {
  const messages = errorCodes.map((code) => catalogue[code].message.toLowerCase());
  expect(messages.filter((message, index) => messages.indexOf(message) !== index)).toEqual([]);
});

it('wrong, replayed and unknown are not told apart', () => {
  expect(catalogue.INVALID_CODE.message).toMatch(/wrong or was used/);
  expect(catalogue.CHALLENGE_EXPIRED.message).toMatch(/unknown, expired or already used/);
  expect(catalogue.INVALID_CREDENTIALS.message).toMatch(/email or password/);
});

it.each(errorCodes)('%s thrown carries its public text and keeps its detail apart', (code) => {
  const thrown = new DomainError(code, 'row 7 of a table');
  expect(thrown).toMatchObject({ code, name: code, message: catalogue[code].message, detail: 'row 7 of a table' });
  expect(thrown.message).not.toContain('row 7');
  expect(() => fail(code)).toThrow(thrown.message);
});

it('errors with data carry it, and no other code than their own', () => {
  const now = new Date('2026-03-02T09:00:00.000Z');
  const cases: [DomainError, ErrorCode, object][] = [
    [new InvalidInput([{ path: ['name'], message: 'name should not be empty' }]), 'INVALID_INPUT', { issues: [{ path: ['name'] }] }],
    [new InvalidCode(3), 'INVALID_CODE', { attemptsRemaining: 3 }],
    [new InvalidCode(), 'INVALID_CODE', { attemptsRemaining: null }],
    [new RateLimited(17), 'RATE_LIMITED', { retryAfterSeconds: 17 }],
    [new StrategyUnavailable('no provider'), 'STRATEGY_UNAVAILABLE', { reason: 'no provider' }],
    [new RedirectUriInvalid('must not have a *'), 'REDIRECT_URI_INVALID', { reason: 'must not have a *' }],
    [new Unavailable('queue full'), 'UNAVAILABLE', { retryAfterSeconds: 5, detail: 'queue full' }],
    [new AttemptsExhausted(new Date(now.getTime() + 61_001), now), 'ATTEMPTS_EXHAUSTED', { retryAfterSeconds: 62 }],
    [new AttemptsExhausted(new Date(now.getTime() - 5), now), 'ATTEMPTS_EXHAUSTED', { retryAfterSeconds: 1 }],
    [new AttemptsExhausted(null, now), 'ATTEMPTS_EXHAUSTED', { lockedUntil: null, retryAfterSeconds: 86_400 }],
  ];
  for (const [thrown, code, data] of cases) expect(thrown).toMatchObject({ code, message: catalogue[code].message, ...data });
});
