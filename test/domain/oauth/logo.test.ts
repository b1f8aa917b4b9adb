import { expect, test } from 'vitest';
import { logoTypeOf, maxLogoBytes } from '../../../src/domain/oauth/logo.ts';
import { jpeg, png, webp } from '../../support/pictures.ts';

test.each([
  ['PNG', png, 'image/png'],
  ['JPEG', jpeg, 'image/jpeg'],
  ['WebP', webp, 'image/webp'],
] as const)('a %s is known by its bytes', (_, bytes, type) => {
  expect(logoTypeOf(bytes)).toBe(type);
});

test.each([
  ['nothing', ''],
  ['a vector picture', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
  ['a page', '<!doctype html><script>alert(1)</script>'],
  ['a GIF', 'GIF89a\u0001\u0000\u0001\u0000'],
  ['a sound in the container of WebP', 'RIFF\u0000\u0000\u0000\u0000WAVEfmt '],
  ['the signature of PNG alone', '\u0089PNG\r\n\u001a\n'],
  ['a page behind the signature of PNG', '\u0089PNG\r\n\u001a\n<!doctype html>'],
])('%s is no logo', (_, text) => {
  expect(logoTypeOf(Buffer.from(text, 'latin1'))).toBeNull();
});

test('a logo has at most 200 kB', () => {
  const padded = (bytes: number) => Buffer.concat([png, Buffer.alloc(bytes - png.length)]);
  expect(maxLogoBytes).toBe(200_000);
  expect(logoTypeOf(padded(200_000))).toBe('image/png');
  expect(logoTypeOf(padded(200_001))).toBeNull();
});
