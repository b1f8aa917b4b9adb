import { describe, expect, test } from 'vitest';
import { openHarness } from '../support/harness.ts';
import { expectRefusal, tooMany } from '../support/rest.ts';
import { operations } from '../support/rest-operations.ts';
import { useHarness } from '../support/use-harness.ts';

const base = '/identity/resources/auth/v1/user';
const harness = useHarness(() =>
  openHarness({ settings: { LIMIT_LOGIN_PER_MINUTE: '3', LIMIT_FACTOR_PER_MINUTE: '2', LIMIT_ENVIRONMENT_PER_SECOND: '4' } }),
);

const post = (url: string, address: string, body: unknown = '{') => harness.send({ method: 'POST', url, address, body });
const statuses = async (count: number, send: () => ReturnType<typeof post>): Promise<number[]> => {
  const found: number[] = [];
  for (let index = 0; index < count; index += 1) found.push((await send()).statusCode);
  return found;
};

describe('requests of one address', () => {
  test.each([
    ['/auth/vendor', 4],
    [base, 3],
    [`${base}/mfa/verify`, 2],
    [`${base}/mfa/authenticator/enroll/verify`, 2],
    [`${base}/mfa/emailcode`, 2],
    [`${base}/mfa/emailcode/verify`, 2],
    [`${base}/mfa/sms/enroll`, 2],
    [`${base}/mfa/sms/:deviceId/verify`, 2],
    ['/identity/resources/auth/v1/passwordless/code/prelogin', 2],
    ['/identity/resources/auth/v1/passwordless/code/postlogin', 2],
    ['/identity/resources/users/v1/activate', 2],
    ['/identity/resources/users/v1/passwords/reset', 2],
    ['/identity/resources/users/v1/passwords/reset/verify', 2],
    ['/identity/resources/users/v3/me/unlock', 2],
    [`${base}/mfa/recover`, 2],
  ])('%s: so many, then 429 before the body is looked at', async (url, allowed) => {
    const address = `198.51.100.${10 + operations.findIndex((operation) => operation.url === url)}`;
    expect(await statuses(allowed, () => post(url, address))).toEqual(Array(allowed).fill(400));
    const limited = await post(url, address);
    expectRefusal(limited, 429, tooMany);
    const seconds = Number(limited.headers['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(limited.headers['x-rate-limit-reset']).toBe(new Date(harness.clock.now().getTime() + seconds * 1000).toISOString());
    expectRefusal(await post(url, address, { mfaToken: 'unknown', value: '123456' }), 429, tooMany);
    expect((await post(url, '198.51.100.250')).statusCode, 'another address').toBe(400);
  });

  test('the two ways to verify an authenticator share one count, other operations have their own', async () => {
    const address = '198.51.100.90';
    await post(`${base}/mfa/verify`, address);
    await post(`${base}/mfa/authenticator/some-id/verify`, address);
    expect((await post(`${base}/mfa/verify`, address)).statusCode).toBe(429);
    expect((await post(`${base}/mfa/authenticator/some-other-id/verify`, address)).statusCode).toBe(429);
    expect((await post(`${base}/mfa/emailcode/verify`, address)).statusCode).toBe(400);
    expect((await post(base, address)).statusCode).toBe(400);
  });

  test('all prefixes share one count', async () => {
    const address = '198.51.100.91';
    await post('/identity/resources/auth/v1/user', address);
    await post('/frontegg/identity/resources/auth/v1/user', address);
    await post('/resources/auth/v1/user', address);
    expect((await post('/resources/auth/v1/user/', address)).statusCode).toBe(429);
  });

  test('operations without a limit go on', async () => {
    const url = '/identity/resources/configurations/v1/mfa-policy/allow-remember-device?mfaToken=x';
    expect(await statuses(12, () => harness.send({ url, address: '198.51.100.92' }))).toEqual(Array(12).fill(401));
    const limited = operations.filter((operation) => operation.limited).map(({ id }) => id);
    const expected = [
      'logIn',
      'sendLoginCode',
      'logInWithEmailCode',
      'sendMagicLink',
      'logInWithMagicLink',
      'sendLoginSmsCode',
      'logInWithSmsCode',
      'sendOwnPhoneCode',
      'verifyOwnPhone',
      'beginOwnPhoneRemoval',
      'removeOwnPhone',
      'activateUserByCode',
      'readActivationStrategy',
      'requestActivation',
      'acceptInvitation',
      'acceptInvitationByCode',
      'resendInvitation',
      'verifyMfa',
      'verifyAuthenticator',
      'enrollAuthenticator',
      'verifyAuthenticatorEnrollment',
      'sendEmailCode',
      'verifyEmailCode',
      'enrollWebAuthn',
      'verifyWebAuthnEnrollment',
      'beginWebAuthn',
      'verifyWebAuthn',
      'enrollSms',
      'verifySmsEnrollment',
      'sendSmsCode',
      'verifySms',
      'recoverMfa',
      'beginPasskeyLogin',
      'logInWithPasskey',
      'activateUser',
      'checkInvitationLink',
      'authenticateApiToken',
      'authenticateApiTokenOlder',
      'refreshApiToken',
      'refreshApiTokenOlder',
      'requestPasswordResetByEmail',
      'requestPasswordResetBySms',
      'validatePasswordReset',
      'verifyPasswordResetSms',
      'signUp',
      'signUpWithUsername',
      'requestPasswordReset',
      'resetPassword',
      'unlockMe',
      'authenticateEnvironment',
    ];
    expect(limited.sort()).toEqual(expected.sort());
  });
});

describe('which addresses are one', () => {
  /** Uses up the limit from the first addresses, one request each, and says how the last one fares. */
  const lastOf = async (...addresses: string[]): Promise<number> => {
    let status = 0;
    for (const address of addresses) status = (await post(base, address)).statusCode;
    return status;
  };

  test('one /64 of IPv6, in every spelling', async () => {
    expect(await lastOf('2001:db8:1:2::1', '2001:db8:1:2:ffff::9', '2001:0DB8:0001:0002:0:0:0:7', '2001:db8:1:2:1:2:3:4')).toBe(429);
    expect(await lastOf('2001:db8:1:3::1')).toBe(400);
    expect(await lastOf('2001:db8::1', '2001:db8::2', '2001:db8:0:0:ffff::', '2001:db8::ffff:0:0:3')).toBe(429);
    expect(await lastOf('2001:db8:0:1::1')).toBe(400);
    expect(await lastOf('fe80::1%eth0', 'fe80::2', 'fe80::3%1', 'fe80::4')).toBe(429);
  });

  test('IPv4 and its IPv6 spellings', async () => {
    expect(await lastOf('203.0.113.9', '::ffff:203.0.113.9', '::FFFF:cb00:7109', '0:0:0:0:0:ffff:203.0.113.9')).toBe(429);
    expect(await lastOf('::ffff:203.0.113.10', '::ffff:cb00:710a')).toBe(400);
    expect(await lastOf('::ffff:cb00:710b', '203.0.113.11', '203.0.113.11', '::ffff:203.0.113.11')).toBe(429);
    expect(await lastOf('::1', '::1', '::1', '::2'), 'no IPv4 address').toBe(429);
  });

  test('a forwarded address counts only behind a proxy that is trusted', async () => {
    const forged = (last: number) =>
      harness.send({ method: 'POST', url: base, address: '198.51.100.93', headers: { 'x-forwarded-for': `192.0.2.${last}` }, body: '{' });
    expect(await statuses(3, () => forged(1))).toEqual([400, 400, 400]);
    expect((await forged(2)).statusCode).toBe(429);
    const behind = await openHarness({ settings: { LIMIT_LOGIN_PER_MINUTE: '2', TRUST_PROXY: '198.51.100.0/24' } });
    try {
      const from = (last: number, address = '198.51.100.93') =>
        behind.send({ method: 'POST', url: base, address, headers: { 'x-forwarded-for': `10.9.9.9, 192.0.2.${last}` }, body: '{' });
      expect([(await from(1)).statusCode, (await from(1)).statusCode, (await from(1)).statusCode]).toEqual([400, 400, 429]);
      expect((await from(2)).statusCode).toBe(400);
      const direct = '203.0.113.50';
      expect([(await from(3, direct)).statusCode, (await from(4, direct)).statusCode, (await from(5, direct)).statusCode]).toEqual([400, 400, 429]);
    } finally {
      await behind.close();
    }
  });
});
