import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant, identity } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked, expectUsersRefused } from '../../support/callers.ts';
import { asUser, call, expectRefusal, faults, forbidden, refusal, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/lockout-policy';
const url = `${identity}${path}`;
const missing = refusal('Lockout policy not found');
const harness = useHarness();

const ask = async (method: 'GET' | 'POST' | 'PATCH', tenantId: string | undefined, body?: unknown) =>
  call(harness, method, path, { headers: await asEnvironment(harness, tenantId), ...(body === undefined ? {} : { body }) });

describe('the lockout policy', () => {
  test('is missing, created once, read and changed, for the environment and each tenant apart', async () => {
    for (const tenantId of [undefined, await createTenant(harness, 'own')]) {
      expectRefusal(await ask('GET', tenantId), 404, missing);
      expectRefusal(await ask('PATCH', tenantId, { enabled: true, maxAttempts: 5 }), 404, missing);
      const created = await ask('POST', tenantId, { enabled: true, maxAttempts: 5 });
      expect(created.statusCode).toBe(201);
      const now = harness.clock.now().toISOString();
      expect(created.json()).toEqual({ id: expect.stringMatching(uuid), enabled: true, maxAttempts: 5, createdAt: now, updatedAt: now });
      expectRefusal(await ask('POST', tenantId, { enabled: false, maxAttempts: 7 }), 409, refusal('Lockout policy already exists'));
      expect((await ask('GET', tenantId)).json()).toEqual(created.json());
      harness.clock.advance({ seconds: 5 });
      const changed = await ask('PATCH', tenantId, { enabled: false, maxAttempts: 3 });
      expect(changed.statusCode).toBe(200);
      expect(changed.json()).toEqual({ ...created.json(), enabled: false, maxAttempts: 3, updatedAt: harness.clock.now().toISOString() });
      expect((await ask('GET', tenantId)).json()).toEqual(changed.json());
    }
    expectRefusal(await ask('GET', await createTenant(harness, 'without')), 404, missing);
  });

  test('the Terraform provider sends a disabled block for an absent one: POST, 409, PATCH, GET', async () => {
    const tenantId = await createTenant(harness, 'terraform');
    const absent = { enabled: false, maxAttempts: 5 };
    const statuses = [];
    for (const method of ['POST', 'POST', 'PATCH'] as const) statuses.push((await ask(method, tenantId, absent)).statusCode);
    expect(statuses).toEqual([201, 409, 200]);
    expect((await ask('GET', tenantId)).json()).toMatchObject(absent);
  });

  test('of five creations at once one wins', async () => {
    const tenantId = await createTenant(harness, 'race');
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('POST', tenantId, { enabled: true, maxAttempts: 5 })));
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  test('a number above what may act is stored and answered as given', async () => {
    const created = await ask('POST', await createTenant(harness, 'large'), { enabled: true, maxAttempts: 2_147_483_647 });
    expect(created.json()).toMatchObject({ enabled: true, maxAttempts: 2_147_483_647 });
  });

  test('every fault has its text, the number counts even when disabled, and nothing is stored', async () => {
    const tenantId = await createTenant(harness, 'faults');
    const flag = 'enabled must be a boolean value';
    const integer = 'maxAttempts must be an integer number';
    const low = 'maxAttempts must not be less than 1';
    const high = 'maxAttempts must not be greater than 2147483647';
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      [[], ['Invalid request body']],
      [{}, [flag, integer]],
      [{ enabled: true }, [integer]],
      [{ maxAttempts: 5 }, [flag]],
      [{ enabled: null, maxAttempts: null }, [flag, integer]],
      [{ enabled: 'true', maxAttempts: '5' }, [flag, integer]],
      [{ enabled: false, maxAttempts: 0 }, [low]],
      [{ enabled: true, maxAttempts: -1 }, [low]],
      [{ enabled: true, maxAttempts: 1.5 }, [integer]],
      [{ enabled: true, maxAttempts: 2_147_483_648 }, [high]],
    ];
    for (const [body, texts] of cases) {
      for (const method of ['POST', 'PATCH'] as const) expectRefusal(await ask(method, tenantId, body), 400, faults(...texts), JSON.stringify(body));
    }
    expectRefusal(await ask('GET', tenantId), 404, missing);
  });

  test('GET answers a user with permission the policy in force in the tenant, and no other user', async () => {
    const admin = await createUserInTenant(harness, 'in-force', { roleIds: [roleIds.admin] });
    const member = await createUser(harness, admin.tenantId, 'in-force-member@acme.example');
    const headers = await asUser(harness, admin.email);
    // Another test may have made the policy of the environment.
    await ask('POST', undefined, { enabled: true, maxAttempts: 50 });
    const ofEnvironment = (await ask('GET', undefined)).json();
    expect((await call(harness, 'GET', path, { headers })).json()).toEqual(ofEnvironment);
    await ask('POST', admin.tenantId, { enabled: false, maxAttempts: 9 });
    expect((await call(harness, 'GET', path, { headers })).json()).toMatchObject({ enabled: false, maxAttempts: 9 });
    expectRefusal(await call(harness, 'GET', path, { headers: await asUser(harness, member.email) }), 403, forbidden);
  });

  test.each(['GET', 'POST', 'PATCH'] as const)(
    '%s writes for the environment token alone, and the tenant header names one known tenant',
    async (method) => {
      const request = { method, url, ...(method === 'GET' ? {} : { body: { enabled: true, maxAttempts: 5 } }) };
      await expectStrangersRefused(harness, request);
      if (method !== 'GET') await expectUsersRefused(harness, request);
      await expectTenantHeaderChecked(harness, request);
      const headers = { 'frontegg-tenant-id': await createTenant(harness, `older-${method.toLowerCase()}`) };
      await expectOlderHeaderServes(harness, { ...request, headers }, method === 'POST' ? 201 : 404);
    },
  );
});
