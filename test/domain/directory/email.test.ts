import { expect, it } from 'vitest';
import { normalizeEmail } from '../../../src/domain/directory/user.ts';

it.each([
  ['DANA@Acme.Example', 'dana@acme.example', 'letter case'],
  ['ＤＡＮＡ@acme.example', 'dana@acme.example', 'full-width letters'],
  ['JOSE\u0301@acme.example', 'jos\u00e9@acme.example', 'an accent written as a character of its own'],
  ['o\uFB03ce@acme.example', 'office@acme.example', 'a ligature'],
  ['\u212Aim@acme.example', 'kim@acme.example', 'the sign for kelvin'],
])('%s is the mailbox %s: %s', (given, normalized) => {
  expect(normalizeEmail(given)).toBe(normalized);
});

it.each([
  ['dana+mfa@acme.example', 'dana@acme.example', 'a tag'],
  ['da.na@acme.example', 'dana@acme.example', 'a dot'],
  ['dana@acme.example', 'dana@acme.example.', 'another host name'],
  ['d\u0430na@acme.example', 'dana@acme.example', 'a Cyrillic letter of the same look'],
])('%s and %s stay two mailboxes: %s', (one, other) => {
  expect(normalizeEmail(one)).not.toBe(normalizeEmail(other));
});

it('normalizing twice is normalizing once, for every character there is', () => {
  const unstable: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const once = normalizeEmail(String.fromCodePoint(point));
    if (normalizeEmail(once) !== once) unstable.push(point.toString(16));
  }
  expect(unstable).toEqual([]);
});
