import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { en } from '../../src/pages/messages/en.ts';
import { languageFor, languages } from '../../src/pages/messages/language.ts';
import { catalogues, textIn, waitIn } from '../../src/pages/messages/text.ts';

const keys = Object.keys(en) as (keyof typeof en)[];

type MessageFormatElement = ReturnType<IntlMessageFormat['getAst']>[number];

/** Returns the names of the values that a message takes, those in its branches as well. */
function argumentsOf(elements: readonly MessageFormatElement[]): string[] {
  const names = elements.flatMap((element) => {
    const own = 'value' in element && element.type !== 0 ? [element.value] : [];
    const branches =
      'options' in element ? Object.values<{ value: MessageFormatElement[] }>(element.options).flatMap(({ value }) => argumentsOf(value)) : [];
    return [...own, ...branches];
  });
  return [...new Set(names)].sort();
}

const argumentsIn = (language: (typeof languages)[number], key: keyof typeof en): string[] =>
  argumentsOf(new IntlMessageFormat(catalogues[language][key], language, undefined, { ignoreTag: true }).getAst());

describe.each(languages)('%s', (language) => {
  it('has every message, parses it, and takes the same values as English', () => {
    expect(Object.keys(catalogues[language]).sort()).toEqual([...keys].sort());
    for (const key of keys) expect([key, argumentsIn(language, key)]).toEqual([key, argumentsIn('en', key)]);
  });

  it('has no message that is empty, and none with blanks around it or a straight quotation mark', () => {
    expect(keys.filter((key) => !/^\S(.*\S)?$/s.test(catalogues[language][key]) || catalogues[language][key].includes('"'))).toEqual([]);
  });
});

it('every message is used by a page', () => {
  const folder = new URL('../../src/pages/', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('messages/'))
    .concat('messages/text.ts')
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n');
  // Problems and notices are named by their codes, and the names of factors by the strategy.
  const isNamed = (key: string): boolean => sources.includes(`'${key}'`) || sources.includes(`'${key.replace(/^(problem|notice)\./, '')}'`);
  expect(keys.filter((key) => !key.startsWith('factor.') && !isNamed(key))).toEqual([]);
});

it('a value is put in as it is, and what looks like a message in it is none', () => {
  expect(textIn('en')('login.lead', { app: '<b>{app}</b>' })).toBe('To continue to <b>{app}</b>.');
});

it('numbers decide between one and several', () => {
  expect(textIn('en')('problem.INVALID_CODE_LEFT', { attempts: 1 })).toContain('1 attempt left');
  expect(textIn('de')('mfa.remember', { days: 14 })).toContain('14 Tage');
});

it.each([
  [0, '1 second'],
  [45.2, '46 seconds'],
  [90, '2 minutes'],
  [3_600, '60 minutes'],
  [86_400, '24 hours'],
])('a wait of %d seconds is %s', (seconds, words) => {
  expect(waitIn(textIn('en'), seconds)).toBe(words);
});

it.each([
  [null, undefined, 'en'],
  [null, 'de-AT,de;q=0.9,en;q=0.8', 'de'],
  [null, 'fr, en;q=0.5', 'fr'],
  [null, 'pt, es;q=0.9, en;q=0.5', 'es'],
  [null, 'xx', 'en'],
  [null, 'en;q=0, de', 'de'],
  ['de', 'en', 'de'],
  ['de-CH en', 'en', 'de'],
  ['xx yy', 'de', 'de'],
  ['xx en', 'de', 'en'],
  ['de,<script>', 'en', 'en'],
  ['', 'de', 'de'],
] as const)('ui_locales %j and Accept-Language %j lead to %s', (uiLocales, acceptLanguage, language) => {
  expect(languageFor({ uiLocales, acceptLanguage })).toBe(language);
});
