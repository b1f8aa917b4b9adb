import { expect, it } from 'vitest';
import { readMailbox } from '../../../src/domain/messaging/mailbox.ts';

it.each([
  ['a@b.example', '', 'a@b.example'],
  [' a@b.example\u00a0', '', 'a@b.example'],
  ['<a@b.example>', '', 'a@b.example'],
  ['"" <a@b.example>', '', 'a@b.example'],
  ['Acme <a@b.example>', 'Acme', 'a@b.example'],
  ['Acme Support<a@b.example>', 'Acme Support', 'a@b.example'],
  ['"Acme, Inc." <a+b@b.example>', 'Acme, Inc.', 'a+b@b.example'],
  ['"Acme \\"The\\" Inc." <a@b.example>', undefined, undefined],
  ['Bücher 漢字 <a@bücher.example>', 'Bücher 漢字', 'a@xn--bcher-kva.example'],
  [`${'n'.repeat(128)} <a@b.example>`, 'n'.repeat(128), 'a@b.example'],
])('the sender %j has the name %j and the address %j', (text, name, ascii) => {
  const mailbox = readMailbox(text);
  expect([mailbox?.name, mailbox?.address.ascii]).toEqual([name, ascii]);
});

it.each([
  ...['', ' ', 'Acme Support', 'Acme <Support>', 'Acme <a@b.example', 'a@b.example>', 'a@b.example Acme', 'Acme a@b.example'],
  ...['a@b.example, c@d.example', 'A <a@b.example>, C <c@d.example>', 'A <a@b.example> x', 'A <<a@b.example>>', 'first,last@b.example'],
  ...['A <jörg@b.example>', 'A\r\nBcc: evil@evil.example <a@b.example>', 'A <a@b.example>\r\nBcc: evil@evil.example', 'A\0 <a@b.example>'],
  ...[
    'A\u202eB <a@b.example>',
    'A\u2028B <a@b.example>',
    '"A <a@b.example>',
    'A\\ <a@b.example>',
    `${'n'.repeat(129)} <a@b.example>`,
    `${'漢'.repeat(43)} <a@b.example>`,
  ],
])('no sender is read from %j', (text) => {
  expect(readMailbox(text)).toBeNull();
});
