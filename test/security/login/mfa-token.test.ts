import { beforeAll, describe, expect, test } from 'vitest';
import { createTenant, createUser, enroll, identity, logIn, mailedCode, mfaTokenFor, setPolicy, setStrategy, totp } from '../../support/builders.ts';
import { query, wrongCodes } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import {
  createForcedUser,
  deviceCookie,
  enrollApp,
  enrollVerify,
  loggedIn,
  otcTokenFor,
  refresh,
  refreshCookie,
  sendMail,
  verifyApp,
  verifyDevice,
  verifyMail,
} from '../../support/requests.ts';
import { operations, titled } from '../../support/rest-operations.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);
beforeAll(() => setStrategy(harness, 'EmailCode', true));

const dead = { errors: ['Invalid MFA token'], errorCode: 'ER-01013' };

describe('T12 an mfaToken opens nothing but the second factor', () => {
  const closed = titled(operations.filter(({ access }) => access !== 'public'));

  test('T12 the operations that need a bearer token are known', () => {
    expect(closed.length).toBeGreaterThan(10);
  });

  test.each(closed)('T12 %s refuses it as bearer token, header, cookie, query and field', async (title, { method, template: url }) => {
    const user = await createForcedUser(harness, `mt-${closed.findIndex((row) => row[0] === title)}`);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const path = url.replace(':id', user.id);
    const body = method === 'GET' ? {} : { body: { mfaToken, token: mfaToken, accessToken: mfaToken } };
    const cookie = `${refreshCookie}=${mfaToken}; ${deviceCookie}=${mfaToken}; accessToken=${mfaToken}`;
    for (const request of [
      { headers: { authorization: `Bearer ${mfaToken}` } },
      { headers: { authorization: `Bearer ${mfaToken}.${mfaToken}.${mfaToken}` } },
      { headers: { authorization: mfaToken } },
      { headers: { 'x-access-token': mfaToken } },
      { cookie },
    ]) {
      const answer = await harness.send({ method, url: `${path}?mfaToken=${mfaToken}&access_token=${mfaToken}`, ...body, ...request });
      expect(answer.statusCode, JSON.stringify(request)).toBe(401);
      expect(answer.json()).toEqual({ errors: ['Unauthorized'] });
    }
  });

  test('T12 a login that needs a second factor sets no cookie and tells no more than the contract says', async () => {
    const user = await createForcedUser(harness, 'mt-answer');
    await enroll(harness, user.email);
    const answer = await logIn(harness, user.email);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(Object.keys(answer.json()).sort()).toEqual(
      ['emailVerified', 'mfaDevices', 'mfaEnrolled', 'mfaRequired', 'mfaToken', 'tokenType', 'userEmail', 'userId'].sort(),
    );
    expect(answer.json().mfaToken).toMatch(/^[\w-]{43}$/);
  });

  test('T12 it is neither a refresh token nor a remembered device nor an otcToken', async () => {
    const user = await createForcedUser(harness, 'mt-other', { allowRememberMyDevice: true });
    const mfaToken = await mfaTokenFor(harness, user.email);
    expect((await refresh(harness, mfaToken)).statusCode).toBe(401);
    expect((await loggedIn(harness, user.email, `${deviceCookie}=${mfaToken}`)).mfaRequired).toBe(true);
    await otcTokenFor(harness, mfaToken);
    const code = await mailedCode(harness, user.email);
    expect((await verifyMail(harness, { mfaToken, otcToken: mfaToken, code })).statusCode).toBe(400);
  });
});

describe('T13 an mfaToken works once, for ten minutes', () => {
  /** Every operation an mfaToken is for. */
  async function everyUse(mfaToken: string, secret: string) {
    harness.clock.advance({ seconds: 30 });
    return [
      await verifyApp(harness, mfaToken, totp(harness, secret)),
      await verifyDevice(harness, 'any', mfaToken, totp(harness, secret)),
      await enrollApp(harness, mfaToken),
      await enrollVerify(harness, mfaToken, totp(harness, secret)),
      await sendMail(harness, mfaToken),
      await verifyMail(harness, { mfaToken, otcToken: 'any', code: '123456' }),
      await harness.send({ url: `${identity}/configurations/v1/mfa-policy/allow-remember-device?mfaToken=${mfaToken}` }),
    ];
  }

  test('T13 after a success it is dead for every operation', async () => {
    const user = await createForcedUser(harness, 'mt-once');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
    for (const answer of await everyUse(mfaToken, secret)) expect([answer.statusCode, answer.json()]).toEqual([401, dead]);
    expect(await wrongCodes(harness, user.id)).toBe(0);
  });

  test('T13 after the success of an enrollment as well', async () => {
    const user = await createForcedUser(harness, 'mt-enroll-once');
    const { mfaToken, secret } = await loggedIn(harness, user.email);
    expect((await enrollVerify(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
    for (const answer of await everyUse(mfaToken, secret)) expect([answer.statusCode, answer.json()]).toEqual([401, dead]);
  });

  test.each([
    [599, 201],
    [600, 401],
    [601, 401],
  ])('T13 after %d seconds a right code answers %d', async (seconds, status) => {
    const user = await createForcedUser(harness, `mt-age-${seconds}`);
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    harness.clock.advance({ seconds });
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(status);
  });

  test('T13 wrong codes and mails do not make it live longer', async () => {
    const user = await createForcedUser(harness, 'mt-extend');
    const { secret } = await enroll(harness, user.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    harness.clock.advance({ seconds: 590 });
    await sendMail(harness, mfaToken);
    await verifyApp(harness, mfaToken, totp(harness, secret, 300));
    harness.clock.advance({ seconds: 10 });
    for (const answer of await everyUse(mfaToken, secret)) expect(answer.json()).toEqual(dead);
  });
});

describe('T14 an mfaToken is bound to its user, tenant and purpose', () => {
  test('T14 a device of somebody else is not found, and its right code logs nobody in', async () => {
    const [user, third] = [await createForcedUser(harness, 'mt-user'), await createForcedUser(harness, 'mt-third')];
    await enroll(harness, user.email);
    const { secret } = await enroll(harness, third.email);
    const { mfaDevices } = await loggedIn(harness, third.email);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const answer = await verifyDevice(harness, mfaDevices.authenticators[0]?.id ?? '', mfaToken, totp(harness, secret));
    expect([answer.statusCode, answer.json()]).toEqual([404, { errors: ['Device not found'] }]);
    expect((await verifyApp(harness, mfaToken, totp(harness, secret))).statusCode).toBe(400);
    expect((await verifyApp(harness, await mfaTokenFor(harness, third.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('T14 while nothing is enrolled no device verifies, and once something is nothing enrolls', async () => {
    const user = await createForcedUser(harness, 'mt-purpose');
    const { mfaToken, secret } = await loggedIn(harness, user.email);
    const [pending] = await query(harness, 'select id from pending_enrollments where user_id = $1', [user.id]);
    for (const device of [String(pending?.id), user.id]) {
      expect((await verifyDevice(harness, device, mfaToken, totp(harness, secret))).statusCode).toBe(404);
    }
    await enroll(harness, user.email);
    const next = await mfaTokenFor(harness, user.email);
    expect((await enrollVerify(harness, next, totp(harness, secret))).statusCode).toBe(403);
  });

  test('T14 the session opens in the tenant of the login, whatever the tenant header says', async () => {
    const user = await createForcedUser(harness, 'mt-tenant');
    const { secret } = await enroll(harness, user.email);
    const elsewhere = await createUser(harness, await createTenant(harness, 'mt-elsewhere'), 'mt-elsewhere@acme.example');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, elsewhere.tenantId);
    const mfaToken = await mfaTokenFor(harness, user.email);
    const answer = await harness.send({
      method: 'POST',
      url: `${identity}/auth/v1/user/mfa/verify`,
      headers: { 'frontegg-tenant-id': elsewhere.tenantId, 'frontegg-user-id': elsewhere.id },
      body: { value: totp(harness, secret), mfaToken, tenantId: elsewhere.tenantId, userId: elsewhere.id },
    });
    expect(answer.json()).toMatchObject({ userId: user.id });
    const sessions = await query(harness, 'select tenant_id from sessions where user_id = $1', [user.id]);
    expect(new Set(sessions.map((row) => row.tenant_id))).toEqual(new Set([user.tenantId]));
    expect(await query(harness, 'select id from sessions where user_id = $1', [elsewhere.id])).toEqual([]);
  });
});
