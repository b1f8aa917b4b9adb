import { describe, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, enroll, identity, logIn, mfaTokenFor, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import { expectStrangersRefused, expectUsersRefused } from '../../support/callers.ts';
import { audited, countOf, query } from '../../support/database.ts';
import { enrollVerify, isEnrolled, me, refresh, verifyApp } from '../../support/requests.ts';
import { call, expectEmpty, expectRefusal, invalidMfaToken, refusal } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();

const unenroll = async (id: string, more: object = {}) =>
  call(harness, 'POST', `/vendor-only/users/v1/${id}/mfa/unenroll`, { headers: { ...(await asEnvironment(harness)), ...more } });
const forcedUser = async (name: string) => {
  const user = await createUserInTenant(harness, name);
  await setPolicy(harness, { enforceMFAType: 'Force', allowRememberMyDevice: true }, user.tenantId);
  return { ...user, ...(await enroll(harness, user.email)) };
};

describe("an administrator's reset", () => {
  test('removes factors, recovery codes, remembered devices and open mfaTokens; sessions go on', async () => {
    const user = await forcedUser('reset');
    const other = await forcedUser('reset-other');
    const remembering = await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, user.secret), { rememberDevice: true });
    const { accessToken, refreshToken } = remembering.json<{ accessToken: string; refreshToken: string }>();
    harness.clock.advance({ seconds: 60 });
    const mfaToken = await mfaTokenFor(harness, user.email);

    expectEmpty(await unenroll(user.id, { 'content-type': 'application/json' }), 200);
    for (const table of ['authenticators', 'recovery_codes', 'remembered_devices', 'pending_enrollments']) {
      expect(await countOf(harness, table, user.id), table).toBe(0);
    }
    expect(await isEnrolled(harness, user)).toBe(false);
    expectRefusal(await verifyApp(harness, mfaToken, totp(harness, user.secret)), 401, invalidMfaToken);
    expect((await me(harness, accessToken)).statusCode).toBe(200);
    expect((await refresh(harness, refreshToken)).statusCode).toBe(200);
    expect((await logIn(harness, user.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false, secret: expect.any(String) });
    expect(await audited(harness, user.id, 'MFA_RESET', 'AUTHENTICATOR_APP')).toBe(1);
    expect(await isEnrolled(harness, other)).toBe(true);
    expect(await countOf(harness, 'recovery_codes', other.id)).toBe(1);
  });

  test('an mfaToken handed out before cannot enroll the factor it was waiting for', async () => {
    const user = await createUserInTenant(harness, 'reset-pending');
    await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
    const { mfaToken, secret } = (await logIn(harness, user.email)).json();
    expectEmpty(await unenroll(user.id), 200);
    expectRefusal(await enrollVerify(harness, mfaToken, totp(harness, secret)), 401, invalidMfaToken);
    expect(await isEnrolled(harness, user)).toBe(false);
  });

  test('T06g a factor shut after a hundred wrong codes can be bound anew', async () => {
    const user = await forcedUser('reset-shut');
    const wrong = async () => (await verifyApp(harness, await mfaTokenFor(harness, user.email), wrongTotp(harness, user.secret))).statusCode;
    for (let tries = 1; tries <= 100; tries += 1) {
      expect(await wrong(), `try ${tries}`).toBe(400);
      if (tries % 5 === 0) harness.clock.advance({ seconds: 901 });
    }
    expect(await wrong()).toBe(429);
    expectEmpty(await unenroll(user.id), 200);
    expect(await query(harness, 'select * from budgets where key like $1', [`%${user.id}`])).toEqual([]);
    const { secret } = await enroll(harness, user.email);
    expect((await verifyApp(harness, await mfaTokenFor(harness, user.email), totp(harness, secret))).statusCode).toBe(201);
  });

  test('a user without a factor answers 200 as well, again and again', async () => {
    const user = await createUserInTenant(harness, 'reset-none');
    for (let times = 0; times < 2; times += 1) expectEmpty(await unenroll(user.id), 200);
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('an unknown user answers 404, strangers get 401, users 403, and no factor is lost', async () => {
    expectRefusal(await unenroll('00000000-0000-4000-8000-000000000000'), 404, refusal('User not found'));
    const user = await forcedUser('reset-who');
    const request = { method: 'POST' as const, url: `${identity}/vendor-only/users/v1/${user.id}/mfa/unenroll` };
    await expectStrangersRefused(harness, request);
    await expectUsersRefused(harness, request);
    expect(await isEnrolled(harness, user)).toBe(true);
  });
});
