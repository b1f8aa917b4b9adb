import { describe, expect, it, test } from 'vitest';
import { contrastWithWhite, problemsOfBranding } from '../../../src/domain/oauth/branding-rules.ts';

describe('the contrast of white text', () => {
  // Values that the definition gives by hand, and the well-known lightest gray that passes.
  test.each([
    ['#000000', 21],
    ['#ffffff', 1],
    ['#767676', 4.54],
    ['#777777', 4.48],
    ['#ff0000', 4],
    ['#0000ff', 8.59],
    ['#0b57d0', 6.37],
  ])('on %s it is %d', (color, contrast) => {
    expect(contrastWithWhite(color)).toBeCloseTo(contrast, 1);
  });
});

describe('a color', () => {
  it.each(['#767676', '#0B57D0', '#000000'])('is accepted if people can read white text on it: %s', (primaryColor) => {
    expect(problemsOfBranding({ primaryColor })).toEqual([]);
  });
  it.each(['#777777', '#ffffff', '#ffff00'])('is refused if they cannot: %s', (primaryColor) => {
    expect(problemsOfBranding({ primaryColor })).toEqual([
      {
        field: 'primaryColor',
        message: 'must be darker: white text on it needs a contrast of at least 4.5, so that people can read it',
      },
    ]);
  });
  it.each(['', '#fff', '000000', 'black', '#00000', '#0000000', '#00000g', 'red;}', '#000000;background:url(//evil.example)', '#000000\n'])(
    'is refused if it is none: %j',
    (primaryColor) => {
      expect(problemsOfBranding({ primaryColor })[0]?.message).toMatch(/hexadecimal digits/);
    },
  );
});

describe('a link', () => {
  it.each(['supportUrl', 'privacyUrl', 'termsUrl'] as const)('has https: %s', (field) => {
    expect(problemsOfBranding({ [field]: 'https://acme.example/help?lang=en#top' })).toEqual([]);
    for (const link of [
      '',
      'http://acme.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      'mailto:help@acme.example',
      '//acme.example/',
      'https://',
      'https:acme.example',
      'https://user@acme.example/',
      'https://acme.example/a b',
      'https://acme.example/\u202e',
      ' https://acme.example/',
      `https://acme.example/${'a'.repeat(2048)}`,
    ]) {
      expect(problemsOfBranding({ [field]: link }), link).toEqual([
        { field, message: `must be an address that begins with https:// and has at most 2048 characters` },
      ]);
    }
  });
});

describe('a name', () => {
  it('is one line that people see, whatever it is written in', () => {
    for (const name of ['Acme', 'Müller & Söhne', '<b>株式会社</b>']) expect(problemsOfBranding({ name })).toEqual([]);
  });
  it.each(['', ' ', '\u200b', 'Acme\nInc.', 'Acme\u202e'])('is refused if it is not: %j', (name) => {
    expect(problemsOfBranding({ name })).toHaveLength(1);
  });
  it('has at most 100 bytes', () => {
    expect(problemsOfBranding({ name: 'ü'.repeat(50) })).toEqual([]);
    expect(problemsOfBranding({ name: 'ü'.repeat(51) })).toEqual([{ field: 'name', message: 'must have at most 100 bytes in UTF-8' }]);
  });
});

test('null takes away, and what is absent stays, so neither is wrong', () => {
  expect(problemsOfBranding({ name: null, primaryColor: null, supportUrl: null })).toEqual([]);
  expect(problemsOfBranding({})).toEqual([]);
});

test('every problem is told at once', () => {
  const problems = problemsOfBranding({ name: '', primaryColor: '', supportUrl: '', privacyUrl: '', termsUrl: '' });
  expect(problems.map(({ field }) => field)).toEqual(['name', 'primaryColor', 'supportUrl', 'privacyUrl', 'termsUrl']);
});
