import { expect, it } from 'vitest';
import { formSourceOf, pageHeaders } from '../../src/pages/headers.ts';

it.each([
  ['https://app.acme.example/oauth/callback?x=1', 'https://app.acme.example'],
  ['http://localhost:3000/#/oauth/callback', 'http://localhost:3000'],
  ['http://127.0.0.1:51004/callback', 'http://127.0.0.1:51004'],
  ['com.acme.app://login.acme.example/ios/oauth/callback', 'com.acme.app:'],
  ['com.acme.app:/callback', 'com.acme.app:'],
  // A policy cannot name an address of IPv6.
  ['http://[::1]:51004/callback', 'http:'],
  ["https://a;script-src'unsafe-inline'.example/", null],
  ['https://a,b.example/', null],
  ['no address', null],
])('a form of a sign-in that answers to %s may lead to %s', (redirectUri, source) => {
  expect(formSourceOf(redirectUri)).toBe(source);
});

it('a page loads and runs nothing of elsewhere, is framed by nobody and kept by nobody', () => {
  expect(pageHeaders('https://app.acme.example')).toMatchObject({
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self' https://app.acme.example; base-uri 'none'; frame-ancestors 'none'",
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(pageHeaders(null)['content-security-policy']).toContain("form-action 'self';");
});

it('a page that asks for a captcha may load from the provider, by exactly its origins', () => {
  expect(pageHeaders(null, ['https://www.google.com', 'https://www.gstatic.com'])['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self' https://www.google.com https://www.gstatic.com; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-src https://www.google.com https://www.gstatic.com; connect-src https://www.google.com https://www.gstatic.com; base-uri 'none'; frame-ancestors 'none'",
  );
});
