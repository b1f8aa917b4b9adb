import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Counted } from '../support/graphql-stub.ts';
import { openCounting } from '../support/graphql-stub.ts';

let counted: Counted;
beforeAll(async () => {
  counted = await openCounting();
});
afterAll(() => counted.app.close());

const verify = 'verifyAuthenticatorApp(input: { mfaToken: "t", code: "000000" }) { __typename }';
const mail = 'verifyEmailCode(input: { mfaToken: "t", otcToken: "o", code: "000000" }) { __typename }';
const times = (count: number, field: (index: number) => string): string => Array.from({ length: count }, (_, index) => field(index)).join(' ');
const aliased = (count: number): string => times(count, (index) => `a${index}: ${verify}`);

const documents: Record<string, string> = {
  'two, one with an alias': `mutation { ${verify} a: ${verify} }`,
  'two of different kinds': `mutation { ${verify} ${mail} }`,
  'two aliases': `mutation { ${aliased(2)} }`,
  'the five aliases allowed': `mutation { ${aliased(5)} }`,
  'aliases called __typename': `mutation { __typename: ${verify} a: ${verify} }`,
  sixteen: `mutation { ${aliased(16)} }`,
  seventeen: `mutation { ${aliased(17)} }`,
  'a thousand': `mutation { ${aliased(1000)} }`,
  'one in a fragment and one outside': `mutation { ${verify} ...F } fragment F on Mutation { a: ${verify} }`,
  'two fragments': `mutation { ...F ...G } fragment F on Mutation { a: ${verify} } fragment G on Mutation { b: ${verify} }`,
  'a fragment in a fragment': `mutation { ...F } fragment F on Mutation { a: ${verify} ...G } fragment G on Mutation { b: ${verify} }`,
  'inline fragments': `mutation { ... { a: ${verify} } ... on Mutation { b: ${verify} } }`,
  '@include true': `mutation { a: ${verify} b: ${verify.replace(' {', ' @include(if: true) {')} }`,
  'fields a directive leaves out': `mutation { a: ${verify} ... @include(if: false) { b: ${verify} } }`,
  'fields a variable decides on': `mutation ($yes: Boolean = true) { a: ${verify} ... @include(if: $yes) { b: ${verify} } }`,
  '@skip false': `mutation { a: ${verify} ... @skip(if: false) { b: ${verify} } }`,
  'one fragment used twice':
    'mutation { ...F ... { ...F } } fragment F on Mutation { a: verifyEmailCode(input: { mfaToken: "t", otcToken: "o", code: "0" }) { __typename } }',
};

describe('a document that checks more than one credential runs nothing', () => {
  test.each(Object.entries(documents))('%s', async (_name, document) => {
    const before = counted.calls();
    const answer = await counted.send(document);
    expect(answer.errors?.[0]?.extensions.code, JSON.stringify(answer).slice(0, 300)).toBe('BAD_REQUEST');
    expect(answer.data ?? null).toBeNull();
    expect(counted.calls() - before).toBe(0);
  });

  test('two operations of which one is named', async () => {
    const query = `mutation A { ${verify} } mutation B { ${mail} }`;
    const answer = await counted.app.inject({ method: 'POST', url: '/graphql', payload: { query, operationName: 'A' } });
    expect(answer.json().errors[0].extensions.code).toBe('BAD_REQUEST');
    expect(counted.calls()).toBe(0);
  });

  test('a list of documents', async () => {
    const query = `mutation { ${verify} }`;
    const answer = await counted.app.inject({ method: 'POST', url: '/graphql', payload: [{ query }, { query }] });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0].extensions).toEqual({ code: 'BAD_REQUEST', requestId: expect.any(String) });
    expect(counted.calls()).toBe(0);
  });
});

test('a single one runs', async () => {
  const before = counted.calls();
  expect(await counted.send(`mutation { ${verify.replace('__typename', '__typename ... on UserError { code }')} }`)).toEqual({
    data: { verifyAuthenticatorApp: { __typename: 'ChallengeExpiredError', code: 'CHALLENGE_EXPIRED' } },
  });
  expect(counted.calls() - before).toBe(1);
});
