import { describe, expect, test } from 'vitest';
import { enroll, logIn, setStrategy, totp } from '../../support/builders.ts';
import { decodeQrDataUri } from '../../support/qr.ts';
import { alreadyEnrolled, call, expectRefusal, faults, invalidMfaToken, invalidType } from '../../support/rest.ts';
import { enrolled, expectTextsRequired, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/auth/v1/user/mfa/authenticator/enroll';
const harness = useHarness();

const begin = (body?: unknown, headers: Record<string, string> = {}) =>
  call(harness, 'POST', path, { headers, ...(body === undefined ? {} : { body }) });

describe('getting the QR code during login', () => {
  test('answers 201 with picture and secret, the same at every call and as in the login answer', async () => {
    const { mfaToken, qrCode, secret, email } = await unenrolled(harness, 'same');
    for (let round = 0; round < 3; round += 1) {
      const answer = await begin({ mfaToken, extra: 1 });
      expect(answer.statusCode).toBe(201);
      expect(answer.json()).toEqual({ qrCode, secret });
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.cookies).toEqual([]);
    }
    const uri = new URL(decodeQrDataUri(qrCode));
    expect(uri.protocol + uri.host).toBe('otpauth:totp');
    expect(decodeURIComponent(uri.pathname)).toBe(`/Sallyport:${email}`);
    expect(Object.fromEntries(uri.searchParams)).toEqual({ secret, issuer: 'Sallyport', algorithm: 'SHA1', digits: '6', period: '30' });
  });

  test('calls at once show one secret, and nothing is enrolled by them', async () => {
    const { mfaToken, email } = await unenrolled(harness, 'tabs');
    const secrets = (await Promise.all([1, 2, 3, 4].map(() => begin({ mfaToken })))).map((answer) => answer.json().secret);
    expect(new Set(secrets).size).toBe(1);
    const again = (await logIn(harness, email)).json();
    expect(again).toMatchObject({ mfaEnrolled: false });
    expect(again.secret, 'a pending secret belongs to its mfaToken').not.toBe(secrets[0]);
  });

  test('credentials in headers are not looked at, even invalid ones', async () => {
    const { mfaToken } = await unenrolled(harness, 'headers');
    for (const headers of [{ authorization: 'Bearer x' }, { authorization: 'garbage' }, { 'frontegg-tenant-id': 'no-such-tenant' }]) {
      expect((await begin({ mfaToken }, headers)).statusCode).toBe(201);
    }
  });
});

describe('refusals', () => {
  test('mfaToken is required text', async () => {
    await expectTextsRequired(begin, ['mfaToken']);
    expect((await begin({})).json()).toMatchObject({ errorCode: 'ER-ff2f99fecd' });
  });

  test('an mfaToken that is unknown, expired or spent answers 401', async () => {
    const { mfaToken, secret } = await unenrolled(harness, 'tokens');
    expectRefusal(await begin({ mfaToken: 'unknown' }), 401, invalidMfaToken);
    expectRefusal(await begin({ mfaToken: `${mfaToken}x` }), 401, invalidMfaToken);
    harness.clock.advance({ seconds: 599 });
    expect((await begin({ mfaToken })).statusCode, 'lives ten minutes').toBe(201);
    harness.clock.advance({ seconds: 1 });
    expectRefusal(await begin({ mfaToken }), 401, invalidMfaToken, 'and no longer');
    const body = { mfaToken, token: totp(harness, secret) };
    expectRefusal(await call(harness, 'POST', `${path}/verify`, { body }), 401, invalidMfaToken, 'its secret dies with it');

    const spent = await unenrolled(harness, 'spent');
    await call(harness, 'POST', `${path}/verify`, { body: { mfaToken: spent.mfaToken, token: totp(harness, spent.secret) } });
    expectRefusal(await begin({ mfaToken: spent.mfaToken }), 401, invalidMfaToken);
  });

  test('who has a factor verifies it instead: 403, also for an older mfaToken', async () => {
    expectRefusal(await begin({ mfaToken: (await enrolled(harness, 'has')).mfaToken }), 403, alreadyEnrolled);
    const older = await unenrolled(harness, 'older');
    await enroll(harness, older.email);
    expectRefusal(await begin({ mfaToken: older.mfaToken }), 403, alreadyEnrolled);
  });

  test('where the authenticator app is off, 400', async () => {
    const { mfaToken, tenantId } = await unenrolled(harness, 'off');
    await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
    expectRefusal(await begin({ mfaToken }), 400, invalidType);
    await setStrategy(harness, 'AuthenticatorApp', true, tenantId);
    expect((await begin({ mfaToken })).statusCode).toBe(201);
  });

  test('faults of the body come before the token, and the token before the strategy', async () => {
    const { tenantId } = await unenrolled(harness, 'order');
    await setStrategy(harness, 'AuthenticatorApp', false, tenantId);
    expectRefusal(await begin({ mfaToken: '' }), 400, faults('mfaToken should not be empty'));
    expectRefusal(await begin({ mfaToken: 'unknown' }), 401, invalidMfaToken);
  });
});
