import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Counted } from '../support/graphql-stub.ts';
import { openCounting } from '../support/graphql-stub.ts';

let counted: Counted;
beforeAll(async () => {
  counted = await openCounting({ introspection: true });
});
afterAll(() => counted.app.close());

const nested = (depth: number): string => `{ a`.repeat(depth) + ' }'.repeat(depth);
const doubling = (levels: number): string =>
  `{ ...F0 } ${Array.from({ length: levels }, (_, level) => `fragment F${level} on Query { ${level + 1 < levels ? `...F${level + 1} ...F${level + 1}` : 'mfaStrategies { active }'} }`).join(' ')}`;

const refused: Record<string, [document: string, message: RegExp]> = {
  'six aliases': [`{ ${Array.from({ length: 6 }, (_, index) => `a${index}: mfaPolicy { id }`).join(' ')} }`, /more than 5 aliases/],
  'nine levels': [
    '{ users { edges { node { memberships { tenant { effectiveMfaPolicy { decidedBy { tenant { name } } } } } } } } }',
    /more than 8 levels/,
  ],
  'nine levels by a fragment': [
    '{ users { edges { node { ...U } } } } fragment U on User { memberships { tenant { effectiveMfaPolicy { decidedBy { tenant { name } } } } } }',
    /more than 8 levels/,
  ],
  'five hundred and one tokens': [`{ ${'__typename '.repeat(499)} }`, /more than 500 tokens/],
  'twenty thousand braces': [nested(20_000), /more than 500 tokens/],
  'eleven directives': [`{ mfaPolicy { id ${'@include(if: true) '.repeat(11)} } }`, /more than 10 directives|can only be used once/],
  'lists in lists': ['{ users { nodes { memberships { tenant { mfaStrategies { strategy active } } } } } }', /costs more than 1500/],
  'an unknown field': ['{ mfaPolicie { id } }', /^Cannot query field "mfaPolicie" on type "Query"\.$/],
  'an unknown enum value': [
    'mutation { setMfaStrategy(input: { strategy: SMSS, active: true }) { __typename } }',
    /^Value "SMSS" does not exist in "MfaStrategyName" enum\.$/,
  ],
  'a syntax error': ['{ mfaPolicy ', /^Syntax Error/],
  'no query at all': ['', /./],
};

describe('refused before anything runs, with a code and the request id', () => {
  test.each(Object.entries(refused))('%s', async (_name, [document, message]) => {
    const before = counted.calls();
    const answer = await counted.send(document);
    expect(answer.errors?.[0]?.message).toMatch(message);
    for (const error of answer.errors ?? []) expect(error.extensions).toEqual({ code: 'BAD_REQUEST', requestId: 'request-1' });
    expect(answer.data ?? null).toBeNull();
    expect(counted.calls()).toBe(before);
  });

  test('T48 fragments that double at each level are refused, and not by following all of them', async () => {
    // Whoever follows a million million fragments does not come back.
    const answer = await counted.send(doubling(40));
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  });
});

test('a value that does not fit is named, never repeated', async () => {
  const document = 'mutation ($input: LogInInput!) { logIn(input: $input) { __typename } }';
  for (const input of [
    { email: 'a@b.example', password: 13_579 },
    { email: 'a@b.example', password: 'canary-13579', passwort: 'x' },
    { password: ['canary-13579'] },
  ]) {
    const answer = await counted.send(document, { input });
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    expect(JSON.stringify(answer)).not.toContain('13579');
  }
  expect((await counted.send(document, { input: { email: 'a@b.example', password: 1 } })).errors?.[0]?.message).toBe(
    'Variable "$input" got an invalid value at "input.password": String cannot represent this value.',
  );
});

test('introspection, as tools ask for it, stays within the limits', async () => {
  const answer = await counted.send(
    getIntrospectionQuery({
      descriptions: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
    }),
  );
  expect(answer.errors).toBeUndefined();
});
