import { describe, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import {
  asEnvironment,
  cookiesOf,
  createTenant,
  createUserInTenant,
  enroll,
  identity,
  logIn,
  mfaTokenFor,
  password,
  setPolicy,
  totp,
} from '../../support/builders.ts';
import { countOf, query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { createForcedUser, deviceCookie, loggedIn, refresh, verifyApp } from '../../support/requests.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

const days = 86_400;
const asks = async (user: TestUser, cookie: string): Promise<boolean> => (await loggedIn(harness, user.email, cookie)).mfaRequired;

/** A user with an app, and the cookie of a browser that was just remembered. */
async function remembered(name: string, policy: object = {}) {
  const user = await createForcedUser(harness, name, { allowRememberMyDevice: true, mfaDeviceExpiration: 14 * days, ...policy });
  const { secret } = await enroll(harness, user.email);
  const answer = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret), { rememberDevice: true });
  expect(answer.statusCode).toBe(201);
  const token = answer.cookies.find((cookie) => cookie.name === deviceCookie)?.value ?? '';
  return { user, secret, answer, token, cookie: `${deviceCookie}=${token}` };
}

describe('T23 a remembered device vouches for its own user alone', () => {
  test('T23 the cookie of another user is ignored, and that is no error', async () => {
    const [one, other] = [await remembered('device-one'), await remembered('device-other')];
    expect(await asks(one.user, one.cookie)).toBe(false);
    expect(await asks(other.user, one.cookie)).toBe(true);
    expect(await asks(one.user, other.cookie)).toBe(true);
  });

  test('T23 it does not stand in for the password, the mfaToken or the refresh token', async () => {
    const { user, token, cookie } = await remembered('device-alone');
    const answer = await harness.send({
      method: 'POST',
      url: `${identity}/auth/v1/user`,
      cookie,
      body: { email: user.email, password: 'wrong password' },
    });
    expect(answer.statusCode).toBe(401);
    expect((await verifyApp(harness, token, '123456')).statusCode).toBe(401);
    expect((await refresh(harness, token)).statusCode).toBe(401);
    expect((await refresh(harness, 'nonsense', { cookie })).statusCode).toBe(401);
  });

  test('T23 the session it opens is not raised: no acr, amr or auth_time', async () => {
    const { user, cookie } = await remembered('device-claims');
    const { accessToken } = await loggedIn(harness, user.email, cookie);
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
    for (const claim of ['acr', 'amr', 'auth_time']) expect(claims).not.toHaveProperty(claim);
    const [session] = await query(harness, 'select amr, second_factor_at from sessions where id = $1', [claims.sid]);
    expect(session?.second_factor_at).toBeNull();
    expect(JSON.stringify(session?.amr)).toContain('rba');
  });

  test.each(['', 'x', 'null', '"', '%00', '%', 'a'.repeat(4000), '../../etc/passwd', "' or 1=1 --", '{"userId":"x"}'])(
    'T23 the garbage %j asks for the second factor, without a fault',
    async (value) => {
      usual ??= await createForcedUser(harness, 'device-garbage', { allowRememberMyDevice: true });
      const answer = await logIn(harness, usual.email, `${deviceCookie}=${value}`);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toMatchObject({ mfaRequired: true });
    },
  );
  let usual: TestUser | undefined;
});

describe('T23 a remembered device ends', () => {
  test('T23 when its time is over, to the second, however often it was used', async () => {
    const { user, cookie } = await remembered('device-expiry');
    harness.clock.advance({ seconds: 7 * days });
    expect(await asks(user, cookie)).toBe(false);
    harness.clock.advance({ seconds: 7 * days - 1 });
    expect(await asks(user, cookie)).toBe(false);
    harness.clock.advance({ seconds: 1 });
    expect(await asks(user, cookie)).toBe(true);
  });

  test('T23 at once when the policy forbids it, and for good', async () => {
    const { user, cookie } = await remembered('device-ban');
    await setPolicy(harness, { allowRememberMyDevice: false }, user.tenantId);
    expect(await asks(user, cookie)).toBe(true);
    await setPolicy(harness, { allowRememberMyDevice: true }, user.tenantId);
    expect(await asks(user, cookie), 'lifting the ban brings no device back').toBe(true);
  });

  test('T23 at once when another tenant the user joins forbids it', async () => {
    const { user, cookie } = await remembered('device-joins');
    expect(await asks(user, cookie)).toBe(false);
    const second = await createTenant(harness, 'device-second');
    const headers = await asEnvironment(harness, second);
    await harness.send({ method: 'POST', url: `${identity}/users/v2`, headers, body: { email: user.email, password } });
    await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: false }, second);
    expect(await asks(user, cookie)).toBe(true);
  });

  test('T23 at once when the policy shortens its life, to nothing as well', async () => {
    const { user, cookie } = await remembered('device-shorter');
    harness.clock.advance({ seconds: 3600 });
    await setPolicy(harness, { mfaDeviceExpiration: 3601 }, user.tenantId);
    expect(await asks(user, cookie)).toBe(false);
    await setPolicy(harness, { mfaDeviceExpiration: 3600 }, user.tenantId);
    expect(await asks(user, cookie)).toBe(true);
    await setPolicy(harness, { mfaDeviceExpiration: 0 }, user.tenantId);
    expect(await asks(user, cookie)).toBe(true);
  });

  test('T23 after 400 days at the latest, whatever the policy says', async () => {
    const { user, cookie, answer } = await remembered('device-years', { mfaDeviceExpiration: 2_147_483_647 });
    expect(answer.cookies.find(({ name }) => name === deviceCookie)?.maxAge).toBe(400 * days);
    harness.clock.advance({ seconds: 400 * days - 1 });
    expect(await asks(user, cookie)).toBe(false);
    harness.clock.advance({ seconds: 1 });
    expect(await asks(user, cookie)).toBe(true);
  });
});

describe('T23 what is set and stored', () => {
  test('T23 the cookie is a random value of 256 bits, closed to scripts and strangers; the database has its hash alone', async () => {
    const { user, answer, token } = await remembered('device-cookie');
    const cookie = answer.cookies.find(({ name }) => name === deviceCookie);
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', maxAge: 14 * days });
    expect(cookie).not.toHaveProperty('domain');
    expect(token).toMatch(/^[\w-]{43}$/);
    const rows = await query(harness, 'select * from remembered_devices where user_id = $1', [user.id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  test('T23 nothing is remembered where the policy forbids it, where there is none, or where nobody asked', async () => {
    const forbidden = await createForcedUser(harness, 'device-forbidden');
    const { secret } = await enroll(harness, forbidden.email);
    const answer = await verifyApp(harness, await mfaTokenFor(harness, forbidden.email), totp(harness, secret), { rememberDevice: true });
    expect(cookiesOf(answer)).not.toContain('fe_device');
    expect(await countOf(harness, 'remembered_devices', forbidden.id)).toBe(0);

    const allowed = await createForcedUser(harness, 'device-unasked', { allowRememberMyDevice: true });
    const app = await enroll(harness, allowed.email);
    for (const more of [{}, { rememberDevice: false }, { rememberDevice: null }]) {
      const unasked = await verifyApp(harness, await mfaTokenFor(harness, allowed.email), totp(harness, app.secret), more);
      expect(unasked.statusCode).toBe(201);
      expect(cookiesOf(unasked)).not.toContain('fe_device');
      harness.clock.advance({ seconds: 60 });
    }
    expect(await countOf(harness, 'remembered_devices', allowed.id)).toBe(0);

    const free = await createUserInTenant(harness, 'device-free');
    expect(cookiesOf(await logIn(harness, free.email))).not.toContain('fe_device');
  });
});
