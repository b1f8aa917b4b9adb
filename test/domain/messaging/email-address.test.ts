import { describe, expect, it } from 'vitest';
import { EmailAddress, normalizeEmail } from '../../../src/domain/messaging/email-address.ts';

it.each([
  ['DANA@Acme.Example', 'dana@acme.example', 'letter case'],
  ['ＤＡＮＡ@acme.example', 'dana@acme.example', 'full-width letters'],
  ['JOSE\u0301@acme.example', 'jos\u00e9@acme.example', 'an accent written as a character of its own'],
  ['o\uFB03ce@acme.example', 'office@acme.example', 'a ligature'],
  ['\u212Aim@acme.example', 'kim@acme.example', 'the sign for kelvin'],
  ['dana@MÜNCHEN.example', 'dana@xn--mnchen-3ya.example', 'a domain in its own script'],
  ['dana@mu\u0308nchen.example', 'dana@xn--mnchen-3ya.example', 'an accent in the domain written as a character of its own'],
  ['dana@XN--MNCHEN-3YA.example.', 'dana@xn--mnchen-3ya.example', 'the ASCII form of a domain, and the dot of the root'],
  ['dana@例。example', 'dana@xn--fsq.example', 'a full stop of an East Asian keyboard'],
  ['\u200b\u00a0dana@acme.example\u3000\ufeff\n', 'dana@acme.example', 'blanks and characters that nobody sees around it'],
  ['first,last@MÜNCHEN.example', 'first,last@xn--mnchen-3ya.example', 'an address that is refused now, as an earlier release stored it'],
])('%s is the mailbox %s: %s', (given, normalized) => {
  expect(normalizeEmail(given)).toBe(normalized);
});

it.each([
  ['dana+mfa@acme.example', 'dana@acme.example', 'a tag'],
  ['da.na@acme.example', 'dana@acme.example', 'a dot'],
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

describe('an address is read', () => {
  const longLocal = 'l'.repeat(64);
  const domainOf = (length: number) => `${'d'.repeat(63)}.${'d'.repeat(63)}.${'d'.repeat(length - 128)}`;

  it.each([
    ['dana@acme.example', 'dana@acme.example', 'dana@acme.example'],
    ["Dana.O'Neil+mfa=1@ACME.Example", "Dana.O'Neil+mfa=1@ACME.Example", "Dana.O'Neil+mfa=1@acme.example"],
    ["!#$%&'*+-/=?^_`{|}~@acme.example", "!#$%&'*+-/=?^_`{|}~@acme.example", "!#$%&'*+-/=?^_`{|}~@acme.example"],
    [' dana@acme.example. ', 'dana@acme.example', 'dana@acme.example'],
    ['ｄａｎａ@acme.example', 'dana@acme.example', 'dana@acme.example'],
    ['dana@München.example', 'dana@München.example', 'dana@xn--mnchen-3ya.example'],
    ['dana@xn--mnchen-3ya.example', 'dana@xn--mnchen-3ya.example', 'dana@xn--mnchen-3ya.example'],
    ['dana@例。example', 'dana@例.example', 'dana@xn--fsq.example'],
    ['root@localhost', 'root@localhost', 'root@localhost'],
    [`${longLocal}@${domainOf(188)}`, `${longLocal}@${domainOf(188)}`, `${longLocal}@${domainOf(188)}`],
  ])('%j is shown as %j and mailed as %j', (given, text, ascii) => {
    expect(EmailAddress.read(given)).toMatchObject({ text, ascii });
    expect(normalizeEmail(text)).toBe(normalizeEmail(given));
    expect(normalizeEmail(ascii)).toBe(normalizeEmail(given));
  });

  it.each([
    ...['', '@', 'dana', 'dana@', '@acme.example', 'dana@@acme.example', 'a@b@acme.example', 'dana＠acme.example'],
    ...['sales(eu)@acme.example', 'dana@acme.example (work)', 'first,last@acme.example', 'first;last@acme.example', 'a:b@acme.example'],
    ...['"dana"@acme.example', '"da na"@acme.example', 'dan a@acme.example', 'dana @acme.example', 'dana\\@acme.example', '<dana@acme.example>'],
    ...['Dana <dana@acme.example>', 'dana[1]@acme.example', '.dana@acme.example', 'dana.@acme.example', 'da..na@acme.example'],
    ...['jörg@acme.example', '用户@acme.example', 'd\u0430na@acme.example', 'da\u200bna@acme.example', 'da\u00adna@acme.example'],
    ...['dana@acme.example\r\nBcc: evil@evil.example', 'dana\n@acme.example', 'dana\0@acme.example', 'da\ud800na@acme.example'],
    ...['dana@acme', 'dana@acme..example', 'dana@.acme.example', 'dana@acme.example..', 'dana@-acme.example', 'dana@acme-.example'],
    ...[
      'dana@ac_me.example',
      'dana@ac me.example',
      'dana@acme.example, x@acme.example',
      'dana@acme.example:25',
      'dana@acme.example/x',
      'dana@acme%2eexample',
    ],
    ...['dana@[192.0.2.1]', 'dana@192.0.2.1', 'dana@0x7f.1', 'dana@acme.123', 'dana@[IPv6:::1]', 'dana@xn--a.example', 'dana@ac\u00adme.example'],
    ...['dana@ac\u200bme.example', 'dana@acme\u202e.example', 'dana@ac\ud800me.example', 'dana@℀.example', 'dana@⑴.example'],
    ...[`${longLocal}l@acme.example`, `${longLocal}@${domainOf(189)}`, `dana@${'d'.repeat(64)}.example`, `dana@${'ü'.repeat(60)}.example`],
  ])('never from %j', (given) => {
    expect(EmailAddress.read(given)).toBeNull();
  });
});
