import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { SmsCountries } from '../../../src/platform/sms/reachable.ts';
import { createPhoneReader } from '../../../src/platform/sms/reachable.ts';

interface Vectors {
  accepted: [e164: string, country: string, why: string][];
  refused: [e164: string, why: string][];
}
const vectors = JSON.parse(readFileSync(new URL('../../vectors/phone-numbers.json', import.meta.url), 'utf8')) as Vectors;

function may(e164: string, countries: SmsCountries): boolean {
  return createPhoneReader(countries)(e164) !== null;
}

it.each(vectors.accepted)('%s gets texts where %s is on the list (%s)', (e164, country) => {
  expect(may(e164, new Set([country]))).toBe(true);
  expect(may(e164, '*')).toBe(true);
});

it.each(vectors.accepted)('%s gets none where %s is not on the list', (e164, country) => {
  const others = vectors.accepted.map(([, other]) => other).filter((other) => other !== country);
  expect(may(e164, new Set(others))).toBe(false);
  expect(may(e164, new Set())).toBe(false);
});

it.each(vectors.refused)('%s gets none even where every country does: %s', (e164) => {
  expect(may(e164, '*')).toBe(false);
});

it('a number written with the zero of its own country is not quietly made another one', () => {
  expect(may('+4901511234567', '*')).toBe(false);
  expect(may('+4407400123456', '*')).toBe(false);
});
