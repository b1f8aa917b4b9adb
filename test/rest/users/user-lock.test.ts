import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, mfaTokenFor, setPolicy, totp } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { audited } from '../../support/database.ts';
import { me, refresh, verifyApp } from '../../support/requests.ts';
import { call, expectEmpty, expectRefusal, invalidMfaToken, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const lockedOut = refusal('User is locked out', 'ER-01034');
const harness = useHarness();

const set = async (id: string, how: 'lock' | 'unlock', more: object = {}) =>
  call(harness, 'POST', `/users/v1/${id}/${how}`, { headers: { ...(await asEnvironment(harness)), ...more } });

describe('locking and unlocking', () => {
  test('a lock ends sessions, remembered devices and open challenges, and unlocking revives none of them', async () => {
    const user = await createUserInTenant(harness, 'ends');
    await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
    const { secret } = await enroll(harness, user.email);
    const remembering = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret), { rememberDevice: true });
    const session = remembering.json<{ accessToken: string; refreshToken: string }>();
    const device = remembering.cookies.find(({ name }) => name.startsWith('fe_device_'));
    const cookie = `${device?.name}=${device?.value}`;
    expect((await logIn(harness, user.email, cookie)).json()).toMatchObject({ mfaRequired: false });
    harness.clock.advance({ seconds: 60 });
    const mfaToken = await mfaTokenFor(harness, user.email);

    expectEmpty(await set(user.id, 'lock'), 200);
    expectRefusal(await logIn(harness, user.email), 401, lockedOut);
    expect((await me(harness, session.accessToken)).statusCode).toBe(401);

    expectEmpty(await set(user.id, 'unlock'), 200);
    expect((await me(harness, session.accessToken)).statusCode).toBe(401);
    expect((await refresh(harness, session.refreshToken)).statusCode).toBe(401);
    expectRefusal(await verifyApp(harness, mfaToken, totp(harness, secret)), 401, invalidMfaToken);
    const login = await logIn(harness, user.email, cookie);
    expect(login.json(), 'the device is forgotten, the factor is not').toMatchObject({ mfaRequired: true, mfaEnrolled: true });
    expect((await verifyApp(harness, login.json().mfaToken, totp(harness, secret))).statusCode).toBe(201);
  });

  test('again is harmless, and the trail holds each change once', async () => {
    const user = await createUserInTenant(harness, 'again');
    for (const how of ['unlock', 'lock', 'lock', 'unlock', 'unlock'] as const) expectEmpty(await set(user.id, how), 200);
    expect([await audited(harness, user.id, 'USER_LOCKED'), await audited(harness, user.id, 'USER_UNLOCKED')]).toEqual([1, 1]);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('the administrator sees the lock', async () => {
    const user = await createUserInTenant(harness, 'shown');
    await set(user.id, 'lock', { 'content-type': 'application/json' });
    const read = await call(harness, 'GET', `/users/v1/${user.id}`, { headers: await asEnvironment(harness, user.tenantId) });
    expect(read.json()).toMatchObject({ isLocked: true });
  });

  test.each(['lock', 'unlock'] as const)('%s: an unknown user answers 404, strangers get 401, users 403, and nothing happens', async (how) => {
    for (const id of ['00000000-0000-4000-8000-000000000000', 'x@acme.example']) expectRefusal(await set(id, how), 404, refusal('User not found'));
    const user = await createUserInTenant(harness, `who-may-${how}`);
    if (how === 'unlock') await set(user.id, 'lock');
    await expectStrangersRefused(harness, { method: 'POST', url: `${identity}/users/v1/${user.id}/${how}` });
    await expectUsersRefused(harness, { method: 'POST', url: `${identity}/users/v1/${user.id}/${how}` });
    expect((await logIn(harness, user.email)).statusCode).toBe(how === 'lock' ? 200 : 401);
  });
});
