import { expect, it } from 'vitest';
import { accountPageAt } from '../../../src/domain/oauth/account-page.ts';

it.each([
  '/oauth/account',
  '/oauth/account/factors/add?strategy=WEBAUTHN_PLATFORM',
  '/oauth/account/sessions/end?id=0d6d1c0e-2c55-4d0e-a0f4-0d2b5f2b3f6c',
  '/oauth/account/mailbox?strategy=SMS&sent=1',
])('%s is a part of the account page', (path) => {
  expect(accountPageAt(path)).toBe(path);
});

it.each([
  '',
  '/',
  '//evil.example',
  'https://evil.example/oauth/account',
  '.evil.example/oauth/account',
  '@evil.example/oauth/account',
  '/oauth/account/../../evil',
  '/oauth/account/%2e%2e/token',
  '/oauth/account//evil.example',
  '/oauth/account\\evil',
  '/oauth/account/sessions?after=//evil.example',
  '/oauth/account#x',
  '/oauth/account\n/x',
  '/oauth/accounts',
  '/oauth/account/',
])('%j leads to the account page itself', (path) => {
  expect(accountPageAt(path)).toBe('/oauth/account');
});
