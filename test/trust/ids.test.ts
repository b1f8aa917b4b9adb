import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The numbers of the bar: B1 to B12 are claims, T01 to T50 attacks, R1 to R20 tests of reliability. */
const ids = [
  ...Array.from({ length: 12 }, (_, index) => `B${index + 1}`),
  ...Array.from({ length: 50 }, (_, index) => `T${String(index + 1).padStart(2, '0')}`),
  ...Array.from({ length: 20 }, (_, index) => `R${index + 1}`),
];

/** Those that no test and no script names, and why. */
const reasons: Readonly<Record<string, string>> = {
  T39: 'No operation changes the address of a user.',
  T49: 'A scanner for SQL injection is run by hand before a release; the fuzzed requests of B5 carry the usual texts.',
  R19: 'Mutation testing is run by hand, because it takes longer than all tests together.',
};

const folder = new URL('../', import.meta.url);
/** Every text in the tests and scripts, such as a title; comments are none. */
const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.ts$/.test(name) && !name.endsWith('ids.test.ts'))
  .flatMap((name) => readFileSync(new URL(name, folder), 'utf8').match(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g) ?? []);
const named = new Set(texts.flatMap((text) => text.match(/\b(?:B\d{1,2}|T\d{2}|R\d{1,2})\b/g) ?? []));

it('every number of the bar is named by a test or a script, or has a reason why none names it', () => {
  expect(ids.filter((id) => !named.has(id) && reasons[id] === undefined)).toEqual([]);
});
