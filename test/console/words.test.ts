import { readFileSync } from 'node:fs';
import { buildSchema, isEnumType } from 'graphql';
import { expect, it } from 'vitest';
import { wordsFor } from '../../src/console/parts/words.ts';

it('a value of an enum that this release does not know reads as plain words', () => {
  expect(['IN_GRACE', 'GRACE', 'EXEMPTION', 'MFA_PLAN_APPLIED', 'WEBAUTHN_HYBRID'].map(wordsFor)).toEqual([
    'In grace',
    'Grace',
    'Exemption',
    'MFA plan applied',
    'WebAuthn hybrid',
  ]);
});

it('every value of every enum of the schema has words, and no two values of one enum have the same', () => {
  const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
  const enums = Object.values(schema.getTypeMap()).filter((type) => isEnumType(type) && !type.name.startsWith('__'));
  expect(enums.length).toBeGreaterThan(10);
  for (const type of enums.filter(isEnumType)) {
    const words = type.getValues().map(({ value }) => wordsFor(String(value)));
    expect(words.filter((text) => !/^[A-Z][^_]*$/.test(text))).toEqual([]);
    expect(new Set(words).size, type.name).toBe(words.length);
  }
});
