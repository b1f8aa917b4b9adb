import { describe, expect, test } from 'vitest';
import { asEnvironment, logIn, setPolicy, totp, wrongTotp } from '../../support/builders.ts';
import { audited, countOf } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectEmpty, expectRefusal, faults, invalidCode, refusal, tooMany, unauthorized } from '../../support/rest.ts';
import { expectTextsRequired, notSixDigits } from '../../support/second-factor.ts';
import { addApp, ownApps, ownUser, selfService } from '../../support/self-service.ts';
import { useHarness } from '../../support/use-harness.ts';

const notEnrolled = refusal('MFA is not enrolled', 'ER-01097');
const noDevice = refusal('Device not found');
const lastFactor = refusal('MFA is enforced, the last factor cannot be removed');
const harness = useHarness();

const post = (path: string, headers: Record<string, string>, body?: unknown) => selfService(harness, path, headers, body);
const one = (id: string) => `/authenticator/${id}/disable/verify`;

async function withApps(name: string, count: number) {
  const user = await ownUser(harness, name);
  const secrets: string[] = [];
  for (let index = 0; index < count; index += 1) secrets.push(await addApp(harness, user.headers));
  return { ...user, secrets, secret: secrets[0] ?? '', apps: await ownApps(harness, user.headers) };
}

describe('disable by the user', () => {
  test('removes all own apps by a code of any, and recovery codes with the last', async () => {
    const { id, email, headers, secrets } = await withApps('all', 2);
    expect(await countOf(harness, 'recovery_codes', id)).toBe(1);
    expectEmpty(await post('/disable', headers, { token: totp(harness, secrets[1] ?? '') }), 200);
    expect(await ownApps(harness, headers)).toEqual([]);
    expect(await countOf(harness, 'recovery_codes', id)).toBe(0);
    expect((await logIn(harness, email)).json()).toMatchObject({ mfaRequired: false });
    expect(await audited(harness, id, 'FACTOR_REMOVED')).toBe(2);
    expectRefusal(await post('/disable', headers, { token: '123456' }), 400, notEnrolled);
  });

  test('needs a code: required, six digits, right, unused, and five wrong ones a quarter of an hour', async () => {
    const { id, headers, secret } = await withApps('codes', 1);
    await expectTextsRequired((body) => post('/disable', headers, body), ['token']);
    for (const token of notSixDigits) expectRefusal(await post('/disable', headers, { token }), 400, invalidCode, token);
    for (let count = 1; count <= 5; count += 1)
      expectRefusal(await post('/disable', headers, { token: wrongTotp(harness, secret) }), 400, invalidCode);
    const limited = await post('/disable', headers, { token: totp(harness, secret) });
    expectRefusal(limited, 429, tooMany);
    expect(limited.headers['retry-after']).toBe('900');
    expect(await audited(harness, id, 'MFA_FAILED', 'INVALID_CODE')).toBe(5);
    expect(await audited(harness, id, 'MFA_FAILED', 'ATTEMPTS_EXHAUSTED')).toBe(1);
    expectRefusal(await post('/disable', {}, { token: '123456' }), 401, unauthorized);
  });

  test('keeps the last factor where any of the policies enforces, and lets go of it elsewhere', async () => {
    const { id, headers, secret, tenantId, apps } = await withApps('enforced', 1);
    for (const enforceMFAType of ['Force', 'ForceExceptSAML']) {
      await setPolicy(harness, { enforceMFAType }, tenantId);
      for (const path of ['/disable', one(apps[0] ?? '')])
        expectRefusal(await post(path, headers, { token: totp(harness, secret) }), 403, lastFactor);
    }
    expect(await audited(harness, id, 'MFA_FAILED', 'LAST_FACTOR_ENFORCED')).toBe(4);
    expect(await audited(harness, id, 'MFA_FAILED', 'INVALID_CODE')).toBe(0);
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    expectEmpty(await post('/disable', headers, { token: totp(harness, secret) }), 200);
  });
});

describe('one authenticator by the user', () => {
  test('goes by a code of any app, the others and the recovery code stay', async () => {
    const { id, headers, secrets, apps, tenantId } = await withApps('one', 2);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    expectEmpty(await post(one(apps[0] ?? ''), headers, { token: totp(harness, secrets[1] ?? '') }), 200);
    expect(await ownApps(harness, headers)).toEqual([apps[1]]);
    expect(await countOf(harness, 'recovery_codes', id)).toBe(1);
    expectRefusal(await post(one(apps[0] ?? ''), headers, { token: '123456' }), 404, noDevice, 'gone');
    expectRefusal(await post(one(apps[1] ?? ''), headers, { token: '123456' }), 403, lastFactor, 'the last');
  });

  test('of another user is not found, and stays', async () => {
    const [mine, other] = [await withApps('own-id', 1), await withApps('other-id', 1)];
    for (const id of [other.apps[0] ?? '', 'unknown', '__proto__']) {
      expectRefusal(await post(one(id), mine.headers, { token: totp(harness, mine.secret) }), 404, noDevice, id);
    }
    expectRefusal(await post(one(other.apps[0] ?? ''), mine.environment), 404, noDevice, 'by an environment token that names the wrong user');
    expect(await ownApps(harness, other.headers)).toEqual(other.apps);
    await expectTextsRequired((body) => post(one(mine.apps[0] ?? ''), mine.headers, body), ['token']);
  });
});

describe('by an environment token', () => {
  test('disable resets every factor without a code, enforced or not; twice is told apart', async () => {
    const { id, email, headers, environment, secret, tenantId } = await withApps('reset', 2);
    await setPolicy(harness, { enforceMFAType: 'Force' }, tenantId);
    for (let count = 1; count <= 5; count += 1) await post('/disable', headers, { token: wrongTotp(harness, secret) });
    const { mfaToken } = (await logIn(harness, email)).json();
    expectEmpty(await post('/disable', environment, {}), 200);
    expect(await countOf(harness, 'authenticators', id)).toBe(0);
    expect(await countOf(harness, 'recovery_codes', id)).toBe(0);
    expectRefusal(await post('/disable', environment, {}), 400, notEnrolled);
    const dead = await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body: { value: totp(harness, secret), mfaToken } });
    expect(dead.statusCode, 'an outstanding login ends').toBe(401);
    const login = (await logIn(harness, email)).json();
    expect(login).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    const body = { token: totp(harness, login.secret), mfaToken: login.mfaToken };
    expect((await call(harness, 'POST', '/auth/v1/user/mfa/authenticator/enroll/verify', { body })).statusCode, 'bound anew at once').toBe(201);
  });

  test('the body may be absent or say anything about a code, but has to be an object', async () => {
    for (const [name, body] of [
      ['absent', undefined],
      ['null', 'null'],
      ['null-code', { token: null }],
      ['wrong-code', { token: 'x' }],
    ] as const) {
      const { environment, apps } = await withApps(`body-${name}`, 1);
      expectEmpty(await post(one(apps[0] ?? ''), environment, body), 200);
    }
    const { environment } = await withApps('body-list', 1);
    expectRefusal(await post('/disable', environment, []), 400, faults('Invalid request body'));
    expectRefusal(await post('/disable', environment, { token: 5 }), 400, faults('token must be a string'));
  });

  test('it has to name a user it can see', async () => {
    const { id } = await withApps('named', 1);
    const bare = await asEnvironment(harness);
    for (const path of ['/disable', one('some-id')]) {
      expectRefusal(await post(path, bare, {}), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
      expectRefusal(await post(path, { ...bare, 'frontegg-user-id': 'unknown' }, {}), 404, refusal('User not found'));
    }
    expect(await countOf(harness, 'authenticators', id)).toBe(1);
  });
});

test("guesses of users count against their address, an operator's server goes on", async () => {
  const limited = await openHarness({ settings: { LIMIT_FACTOR_PER_MINUTE: '2' } });
  const { headers, environment } = await ownUser(limited, 'address');
  const statuses = async (own: Record<string, string>): Promise<number[]> => {
    const found: number[] = [];
    for (let count = 0; count < 3; count += 1) found.push((await selfService(limited, '/disable', own, { token: '123456' })).statusCode);
    return found;
  };
  expect(await statuses(headers)).toEqual([400, 400, 429]);
  expect(await statuses(environment)).toEqual([400, 400, 400]);
  await limited.close();
});
