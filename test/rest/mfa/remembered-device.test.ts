import { describe, expect, test } from 'vitest';
import { cookiesOf, createTenant, logIn, mfaTokenFor, setPolicy, totp } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, joinTenant, setCookie } from '../../support/rest.ts';
import { enrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const refreshName = 'fe_refresh_6da273731572-444f-b3c5-ef702ce65123';
const deviceName = 'fe_device_6da273731572444fb3c5ef702ce65123';
const harness = useHarness();

/** An enrolled user who had this browser remembered. */
async function remembered(name: string, policy: object = {}) {
  const user = await enrolled(harness, name, { allowRememberMyDevice: true, mfaDeviceExpiration: 1000, ...policy });
  const body = { value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice: true };
  const answer = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
  harness.clock.advance({ seconds: 30 });
  return { ...user, answer, cookie: `${deviceName}=${setCookie(answer, 'fe_device_')?.value}` };
}
const isAsked = async (email: string, cookie: string): Promise<boolean> => (await logIn(harness, email, cookie)).json().mfaRequired;

describe('the cookies', () => {
  test('are named after the client id, and carry exactly these attributes', async () => {
    const { answer } = await remembered('attributes', { mfaDeviceExpiration: 604_800 });
    expect(answer.headers['set-cookie']).toEqual([
      `${refreshName}=${answer.json().refreshToken}; Max-Age=2592000; Path=/; HttpOnly; Secure; SameSite=Lax`,
      expect.stringMatching(new RegExp(`^${deviceName}=[\\w-]{43}; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax$`)),
    ]);
  });

  test('follow the setting of the environment for SameSite', async () => {
    // Without an origin of the settings NONE would be Lax.
    const cross = await openHarness({ settings: { CORS_ORIGINS: 'https://app.acme.example' } });
    const user = await enrolled(cross, 'same-site');
    for (const [setting, attribute] of [
      ['STRICT', 'Strict'],
      ['NONE', 'None'],
      ['LAX', 'Lax'],
    ]) {
      await execute(cross, 'update environments set cookie_same_site = $1', [setting]);
      const body = { value: totp(cross, user.secret), mfaToken: await mfaTokenFor(cross, user.email) };
      const answer = await call(cross, 'POST', '/auth/v1/user/mfa/verify', { body });
      expect(setCookie(answer, 'fe_refresh_')?.sameSite, setting).toBe(attribute);
      cross.clock.advance({ seconds: 30 });
    }
    await cross.close();
  });

  test('live 400 days at most', async () => {
    const { answer } = await remembered('long', { mfaDeviceExpiration: 2_147_483_647 });
    expect(setCookie(answer, 'fe_device_')?.maxAge).toBe(400 * 86_400);
  });
});

describe('a remembered device', () => {
  test('logs in directly, with a new refresh cookie and no new device cookie', async () => {
    const { email, cookie } = await remembered('direct');
    const answer = await logIn(harness, email, cookie);
    expect(Object.keys(answer.json()).sort()).toEqual(
      ['accessToken', 'emailVerified', 'expires', 'expiresIn', 'mfaRequired', 'refreshToken', 'tokenType', 'userEmail', 'userId'].sort(),
    );
    expect(answer.cookies.map(({ name }) => name)).toEqual([refreshName]);
    expect(await isAsked(email, `${cookie}x`)).toBe(true);
    expect(await isAsked(email, '')).toBe(true);
  });

  test('is honored until its end, which a login does not push back', async () => {
    const { email, cookie } = await remembered('end');
    harness.clock.advance({ seconds: 969 });
    expect(await isAsked(email, cookie)).toBe(false);
    harness.clock.advance({ seconds: 1 });
    expect(await isAsked(email, cookie)).toBe(true);
  });

  test('a shorter life and a ban take effect at once, the ban for good', async () => {
    const { email, cookie, tenantId } = await remembered('at-once');
    expect(await isAsked(email, cookie)).toBe(false);
    await setPolicy(harness, { mfaDeviceExpiration: 30 }, tenantId);
    expect(await isAsked(email, cookie), 'shorter').toBe(true);
    await setPolicy(harness, { mfaDeviceExpiration: 1000, allowRememberMyDevice: false }, tenantId);
    expect(await isAsked(email, cookie), 'banned').toBe(true);
    await setPolicy(harness, { allowRememberMyDevice: true }, tenantId);
    expect(await isAsked(email, cookie), 'allowed again, but forgotten').toBe(true);
  });

  test('a stricter tenant joined takes effect at once', async () => {
    const { email, cookie } = await remembered('joined');
    expect(await isAsked(email, cookie)).toBe(false);
    const other = await createTenant(harness, 'at-once-2');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, other);
    await joinTenant(harness, email, other);
    expect(await isAsked(email, cookie), 'one of the tenants does not allow it').toBe(true);
  });

  test('of another user is ignored, not an error; the second user replaces the cookie', async () => {
    const first = await remembered('first');
    const second = await enrolled(harness, 'second', { allowRememberMyDevice: true });
    expect(await isAsked(second.email, first.cookie)).toBe(true);
    const body = { value: totp(harness, second.secret), mfaToken: second.mfaToken, rememberDevice: true };
    const answer = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body, cookie: first.cookie });
    expect(setCookie(answer, 'fe_device_')?.name).toBe(deviceName);
    expect(await isAsked(second.email, cookiesOf(answer))).toBe(false);
    expect(await isAsked(first.email, first.cookie), 'in another browser').toBe(false);
  });

  test('is set neither without asking, nor where the policy forbids it, nor for a life of zero', async () => {
    for (const [name, policy, rememberDevice] of [
      ['unasked', { allowRememberMyDevice: true }, false],
      ['null', { allowRememberMyDevice: true }, null],
      ['forbidden', { allowRememberMyDevice: false }, true],
      ['zero', { allowRememberMyDevice: true, mfaDeviceExpiration: 0 }, true],
    ] as const) {
      const user = await enrolled(harness, `unset-${name}`, policy);
      const body = { value: totp(harness, user.secret), mfaToken: user.mfaToken, rememberDevice };
      const answer = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body });
      expect(answer.statusCode, name).toBe(201);
      expect(setCookie(answer, 'fe_device_'), name).toBeUndefined();
    }
  });
});
