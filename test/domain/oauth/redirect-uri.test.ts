import { expect, test } from 'vitest';
import { problemOfRedirectUri } from '../../../src/domain/oauth/redirect-uri.ts';

test.each([
  'https://app.acme.example/oauth/callback',
  'https://app.acme.example',
  'https://app.acme.example/',
  'https://app.acme.example?from=login',
  'https://app.acme.example:8443/oauth/callback?a=b&c=%2F',
  'https://app.acme.example/Path%20With/UPPER',
  'https://xn--mnchen-3ya.example/oauth/callback',
  'https://app.acme.example/#/oauth/callback',
  'https://10.0.0.1/oauth/callback',
  'http://localhost:3000/oauth/callback',
  'http://app.localhost:3000/oauth/callback',
  'http://127.0.0.1/oauth/callback',
  'http://[::1]:8080/',
  'com.acme.app://login.acme.example/ios/oauth/callback',
  'com.acme.App://login.acme.example/android/oauth/callback',
  'com.acme.app:/oauth/callback',
])('%s can be registered', (uri) => {
  expect(problemOfRedirectUri(uri)).toBeNull();
});

const refused: readonly [uri: string, because: RegExp][] = [
  ['', /must begin with https/],
  ['/oauth/callback', /must begin with https/],
  ['//app.acme.example/oauth/callback', /must begin with https/],
  ['app.acme.example/oauth/callback', /must begin with https/],
  ['https:app.acme.example/oauth/callback', /must begin with https/],
  ['https:///oauth/callback', /written as browsers/],
  ['https://', /must begin with https/],
  ['http://app.acme.example/oauth/callback', /must begin with https/],
  ['http://localhost.acme.example/oauth/callback', /must begin with https/],
  ['http://127.0.0.1.acme.example/oauth/callback', /must begin with https/],
  ['http://0.0.0.0/oauth/callback', /must begin with https/],
  ['http://10.0.0.1/oauth/callback', /must begin with https/],
  ['javascript:alert(1)', /must begin with https/],
  ['javascript://acme.example/%0Aalert(1)', /must begin with https/],
  ['JavaScript:/alert(1)', /must begin with https/],
  ['data:text/html,hello', /must begin with https/],
  ['vbscript:/x', /must begin with https/],
  ['file:///etc/passwd', /must begin with https/],
  ['blob:https://app.acme.example/1', /must begin with https/],
  ['intent://app.acme.example/#Intent;end', /must begin with https/],
  ['urn:ietf:wg:oauth:2.0:oob', /must begin with https/],
  ['acme://login/callback', /must begin with https/],
  ['ftp://app.acme.example/', /must begin with https/],
  ['https://*.acme.example/oauth/callback', /must not have a \*/],
  ['https://app.acme.example/*', /must not have a \*/],
  ['com.acme.*:/oauth/callback', /must not have a \*/],
  ['https://münchen.example/oauth/callback', /characters of a URI/],
  ['https://app.acme.example/a b', /characters of a URI/],
  ['https://app.acme.example/a\nb', /characters of a URI/],
  [' https://app.acme.example/', /characters of a URI/],
  ['https://app.acme.example/\u0000', /characters of a URI/],
  ['https://app.acme.example\\oauth', /characters of a URI/],
  ['https://app.acme.example/100%', /characters of a URI/],
  ['https://app.acme.example/<script>', /characters of a URI/],
  ['https://user@app.acme.example/oauth/callback', /user name or a password/],
  ['https://user:password@app.acme.example/oauth/callback', /user name or a password/],
  ['https://@app.acme.example/oauth/callback', /user name or a password/],
  ['https://app.acme.example@evil.example/', /user name or a password/],
  ['com.acme.app://user@login/callback', /user name or a password/],
  ['com.acme.app://@login/callback', /user name or a password/],
  ['https://app.acme.example/oauth/callback#', /fragment/],
  ['https://app.acme.example/oauth/callback#top', /fragment/],
  ['https://app.acme.example/#/a#b', /fragment/],
  ['com.acme.app:/oauth/callback#x', /fragment/],
  ['HTTPS://app.acme.example/oauth/callback', /written as browsers/],
  ['https://App.acme.example/oauth/callback', /written as browsers/],
  ['https://app.acme.example:443/oauth/callback', /written as browsers/],
  ['https://app.acme.example/a/../oauth/callback', /written as browsers/],
  ['https://app.acme.example/./oauth/callback', /written as browsers/],
  ['https://app.acme.example/%2e%2e/oauth/callback', /written as browsers/],
  ['https://app.acme.example/%2E/oauth/callback', /written as browsers/],
  ['http://127.1/oauth/callback', /written as browsers/],
  ['http://0x7f000001/oauth/callback', /written as browsers/],
  ['http://[0:0:0:0:0:0:0:1]/', /written as browsers/],
  ['com.acme.app://login/../callback', /written as browsers/],
  [`https://app.acme.example/${'a'.repeat(2048)}`, /at most 2048 characters/],
];

test.each(refused)('%j cannot be registered, and the text names the rule', (uri, because) => {
  expect(problemOfRedirectUri(uri)).toMatch(because);
});

test('the longest redirect URI has 2048 characters', () => {
  const start = 'https://app.acme.example/';
  expect(problemOfRedirectUri(start.padEnd(2048, 'a'))).toBeNull();
  expect(problemOfRedirectUri(start.padEnd(2049, 'a'))).toMatch(/at most 2048/);
});
