import { expect, test } from 'vitest';
import { identity, setPolicy } from '../../support/builders.ts';
import { expectEnvironmentRefused, expectStrangersRefused } from '../../support/callers.ts';
import { call, expectRefusal, forbidden, isoTime, refusal, userWith, uuid } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa-policy/vendor';
const harness = useHarness();

test("a user with permission reads the environment's record, whatever the own tenant has", async () => {
  const admin = await userWith(harness, 'admin', 'admin');
  const reader = await userWith(harness, 'reader', 'readOnly');
  await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 1 }, admin.tenantId);
  expectRefusal(await call(harness, 'GET', path, { headers: admin.headers }), 404, refusal('Security Policy not found. MFA is disabled'));
  await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 2 });
  for (const { headers } of [admin, reader]) {
    const answer = await call(harness, 'GET', path, { headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(uuid),
      enforceMFAType: 'DontForce',
      allowRememberMyDevice: true,
      mfaDeviceExpiration: 2,
      createdAt: expect.stringMatching(isoTime),
      updatedAt: expect.stringMatching(isoTime),
    });
  }
});

test('without the permission 403, also where no record exists; strangers 401; the environment token 403', async () => {
  const none = await userWith(harness, 'none', null);
  expectRefusal(await call(harness, 'GET', path, { headers: none.headers }), 403, forbidden);
  const other = await userWith(harness, 'other', 'admin');
  expectRefusal(await call(harness, 'GET', path, { headers: { ...other.headers, 'frontegg-tenant-id': none.tenantId } }), 403, forbidden);
  await expectStrangersRefused(harness, { url: `${identity}${path}` });
  await expectEnvironmentRefused(harness, { url: `${identity}${path}` });
});
