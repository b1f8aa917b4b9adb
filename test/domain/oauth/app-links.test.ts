import { expect, test } from 'vitest';
import { isAndroidApp, isIosAppId, readAndroidApps } from '../../../src/domain/oauth/app-links.ts';

const print = (digits: string): string => Array.from({ length: 32 }, () => digits).join(':');

test.each(['A1B2C3D4E5.com.acme.app', 'A1B2C3D4E5.com.acme.App-Dev'])('%s is an app for iOS', (id) => {
  expect(isIosAppId(id)).toBe(true);
});
test.each(['', 'com.acme.app', 'a1b2c3d4e5.com.acme.app', 'A1B2C3D4E5', 'A1B2C3D4E5.', 'A1B2C3D4E5.com acme', 'A1B2C3D4E5.*'])(
  '%j is no app for iOS',
  (id) => {
    expect(isIosAppId(id)).toBe(false);
  },
);

test.each([`com.acme.app=${print('1F')}`, `com.acme.App_2=${print('1f')}`])('%s is an app for Android', (text) => {
  expect(isAndroidApp(text)).toBe(true);
});
test.each(['', 'com.acme.app', `com=${print('1F')}`, `com.acme.app=${print('1F')}:1F`, `com.acme.app=${print('1')}`, 'com.acme.app=1F:1F'])(
  '%j is no app for Android',
  (text) => {
    expect(isAndroidApp(text)).toBe(false);
  },
);

test('an app that is signed by several certificates is one app', () => {
  expect(readAndroidApps([`com.acme.app=${print('1f')}`, `com.acme.other=${print('2F')}`, `com.acme.app=${print('3F')}`])).toEqual([
    { packageName: 'com.acme.app', fingerprints: [print('1F'), print('3F')] },
    { packageName: 'com.acme.other', fingerprints: [print('2F')] },
  ]);
});
