import { expect, it } from 'vitest';
import { formatRecoveryCode, normalizeRecoveryCode, readRecoveryCode } from '../../../src/domain/recovery/recovery-code.ts';

const form = /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){4}$/;
const counting = Uint8Array.from({ length: 25 }, (_, index) => index);

it('is five groups of five characters without I, L, O and U', () => {
  expect(formatRecoveryCode(counting)).toBe('01234-56789-ABCDE-FGHJK-MNPQR');
  expect(formatRecoveryCode(new Uint8Array(25))).toBe('00000-00000-00000-00000-00000');
  expect(formatRecoveryCode(new Uint8Array(25).fill(255))).toBe('ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ');
});

it('gives each of the 32 characters to exactly eight of the 256 bytes, in every place', () => {
  const codes = Array.from({ length: 256 }, (_, byte) => formatRecoveryCode(new Uint8Array(25).fill(byte)));
  for (const code of codes) expect(code).toMatch(form);
  for (const place of [...Array(29).keys()].filter((index) => index % 6 !== 5)) {
    const counts = new Map<string, number>();
    for (const code of codes) counts.set(code.charAt(place), (counts.get(code.charAt(place)) ?? 0) + 1);
    expect([...counts.values()], `place ${place}`).toEqual(Array(32).fill(8));
  }
});

it.each([0, 24, 26, 32])('refuses %i bytes: a shorter code would be easier to guess', (length) => {
  expect(() => formatRecoveryCode(new Uint8Array(length))).toThrow(RangeError);
});

it.each([
  ['01234-56789-abcde-fghjk-mnpqr', 'small letters'],
  ['0123456789ABCDEFGHJKMNPQR', 'no hyphens'],
  ['01234 -56789-ABCDE-FGHJK-MNPQR'.replace(' ', '-'), 'a hyphen too many'],
  ['O1234-56789-ABCDE-FGHJK-MNPQR', 'the letter O for the digit 0'],
  ['o1234-56789-ABCDE-FGHJK-MNPQR', 'a small o for the digit 0'],
  ['0I234-56789-ABCDE-FGHJK-MNPQR', 'the letter I for the digit 1'],
  ['0l234-56789-ABCDE-FGHJK-MNPQR', 'a small l for the digit 1'],
  ['0L234-56789-ABCDE-FGHJK-MNPQR', 'the letter L for the digit 1'],
  [' 01234-56789-ABCDE-FGHJK-MNPQR\r\n', 'blanks around it'],
  ['01234 56789 ABCDE FGHJK MNPQR', 'blanks for hyphens'],
  ['01234\u00a056789\u2009ABCDE\u3000FGHJK\tMNPQR', 'blanks of other kinds'],
  ['01234‐56789‑ABCDE–FGHJK—MNPQR', 'the dashes of word processors'],
  ['01234−56789－ABCDE﹣FGHJK⁃MNPQR'.replace('⁃', '‒'), 'minus signs and wide dashes'],
  ['01234-\u200b56789-ABCDE\u00ad-FGHJK-MNPQR\ufeff', 'characters that nobody sees'],
])('%s reads as the code it was typed from: %s', (typed) => {
  expect(readRecoveryCode(typed)).toBe(normalizeRecoveryCode(formatRecoveryCode(counting)));
});

it.each([
  ...[
    '',
    '-',
    'x',
    '01234-56789-ABCDE-FGHJK-MNPQ',
    '01234-56789-ABCDE-FGHJK-MNPQRS',
    '01234-56789-ABCDE-FGHJK-MNPQU',
    '01234_56789_ABCDE_FGHJK_MNPQR',
  ],
  ...['０1234-56789-ABCDE-FGHJK-MNPQR', '0ı234-56789-ABCDE-FGHJK-MNPQR', '01234.56789.ABCDE.FGHJK.MNPQR', '01234-56789-ABCDE-FGHJK-MNPQ\0'],
])('%j cannot be a recovery code', (text) => {
  expect(readRecoveryCode(text)).toBeNull();
});

it('different codes stay different', () => {
  const codes = Array.from({ length: 32 }, (_, value) => normalizeRecoveryCode(formatRecoveryCode(new Uint8Array(25).fill(value))));
  expect(new Set(codes).size).toBe(32);
  expect(normalizeRecoveryCode('01234-56789-ABCDE-FGHJK-MNPQ')).not.toBe(normalizeRecoveryCode('01234-56789-ABCDE-FGHJK-MNPQR'));
});
