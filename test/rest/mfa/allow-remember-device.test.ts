import { describe, expect, test } from 'vitest';
import { createTenant, setPolicy, totp } from '../../support/builders.ts';
import { execute } from '../../support/database.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectRefusal, faults, invalidMfaToken, joinTenant } from '../../support/rest.ts';
import { enrolled, unenrolled } from '../../support/second-factor.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa-policy/allow-remember-device';
const harness = useHarness();

const ask = (query: string, headers: Record<string, string> = {}) => call(harness, 'GET', `${path}${query}`, { headers });
const answerFor = async (mfaToken: string) => (await ask(`?mfaToken=${mfaToken}`)).json();

describe('whether a device may be remembered', () => {
  test('what the policy says, and nothing else', async () => {
    const { mfaToken, tenantId } = await unenrolled(harness, 'policy', { allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 });
    const answer = await ask(`?mfaToken=${mfaToken}&more=1`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ isAllowedToRemember: true, mfaDeviceExpiration: 604_800 });
    await setPolicy(harness, { allowRememberMyDevice: false }, tenantId);
    expect(await answerFor(mfaToken), 'as of now').toEqual({ isAllowedToRemember: false, mfaDeviceExpiration: 604_800 });
    await setPolicy(harness, { allowRememberMyDevice: true, mfaDeviceExpiration: 0 }, tenantId);
    expect(await answerFor(mfaToken), 'zero remembers nothing').toEqual({ isAllowedToRemember: false, mfaDeviceExpiration: 0 });
  });

  test('every record of the user has to allow it, for the shortest life any of them gives', async () => {
    const user = await enrolled(harness, 'merged', { allowRememberMyDevice: true, mfaDeviceExpiration: 1000 });
    expect(await answerFor(user.mfaToken)).toEqual({ isAllowedToRemember: true, mfaDeviceExpiration: 1000 });
    const second = await createTenant(harness, 'merged-2');
    await joinTenant(harness, user.email, second);
    expect(await answerFor(user.mfaToken), 'a tenant without record says nothing').toMatchObject({ isAllowedToRemember: true });
    await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 50 }, second);
    expect(await answerFor(user.mfaToken)).toEqual({ isAllowedToRemember: true, mfaDeviceExpiration: 50 });
    await setPolicy(harness, { allowRememberMyDevice: false }, second);
    expect(await answerFor(user.mfaToken)).toEqual({ isAllowedToRemember: false, mfaDeviceExpiration: 50 });
  });

  test('without any record: no, and the default life', async () => {
    const fresh = await openHarness();
    try {
      const { mfaToken } = await unenrolled(fresh, 'nothing');
      await execute(fresh, 'delete from mfa_policies');
      const answer = await call(fresh, 'GET', `${path}?mfaToken=${mfaToken}`);
      expect(answer.json()).toEqual({ isAllowedToRemember: false, mfaDeviceExpiration: 1_209_600 });
    } finally {
      await fresh.close();
    }
  });

  test('asking costs no attempt and does not extend the mfaToken', async () => {
    const user = await enrolled(harness, 'free');
    for (let count = 0; count < 10; count += 1) expect((await ask(`?mfaToken=${user.mfaToken}`)).statusCode).toBe(200);
    const body = { value: totp(harness, user.secret), mfaToken: user.mfaToken };
    expect((await call(harness, 'POST', '/auth/v1/user/mfa/verify', { body })).statusCode).toBe(201);
    expectRefusal(await ask(`?mfaToken=${user.mfaToken}`), 401, invalidMfaToken, 'spent');
    const expired = await unenrolled(harness, 'expired');
    harness.clock.advance({ seconds: 300 });
    await ask(`?mfaToken=${expired.mfaToken}`);
    harness.clock.advance({ seconds: 300 });
    expectRefusal(await ask(`?mfaToken=${expired.mfaToken}`), 401, invalidMfaToken);
  });

  test('credentials in headers are not looked at', async () => {
    const { mfaToken } = await unenrolled(harness, 'headers');
    for (const headers of [{ authorization: 'Bearer stale' }, { 'frontegg-tenant-id': '' }, { 'frontegg-tenant-id': 'no-such-tenant' }]) {
      expect((await ask(`?mfaToken=${mfaToken}`, headers)).statusCode).toBe(200);
    }
  });
});

test('refuses a missing, repeated or overlong mfaToken with 400, an unknown one with 401, and takes none as Bearer', async () => {
  const { mfaToken } = await unenrolled(harness, 'refusals');
  const empty = faults('mfaToken should not be empty');
  for (const query of ['', '?', '?mfaToken=', '?mfaToken', '?MFATOKEN=x']) expectRefusal(await ask(query), 400, empty, query);
  for (const query of ['?mfaToken=a&mfaToken=b', `?mfaToken=${'x'.repeat(5000)}`]) {
    expectRefusal(await ask(query), 400, faults('mfaToken must be a string'), query.slice(0, 30));
  }
  for (const query of ['?mfaToken=unknown', '?mfaToken=%zz', '?mfaToken=%00', '?mfaToken[]=x']) {
    const answer = await ask(query);
    expect([400, 401], query).toContain(answer.statusCode);
    expect(answer.json().errors, query).toHaveLength(1);
  }
  expectRefusal(await ask('?mfaToken=unknown'), 401, invalidMfaToken);
  expectRefusal(await ask('', { authorization: `Bearer ${mfaToken}` }), 400, empty);
});
