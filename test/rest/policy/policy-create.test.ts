import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { openHarness } from '../../support/harness.ts';
import { call, expectRefusal, faults, forbidden, joinTenant, refusal, userWith, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa-policy';
const url = `${identity}${path}`;
const exists = refusal('MFA Policy already exists. Try to use the Update MFA Policy API');
const harness = useHarness();

const create = async (tenantId: string | undefined, body?: unknown) =>
  call(harness, 'POST', path, { headers: await asEnvironment(harness, tenantId), ...(body === undefined ? {} : { body }) });

describe('creating an MFA policy', () => {
  test('answers 201 with all six fields as given', async () => {
    const fields = { enforceMFAType: 'ForceExceptSAML', allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 };
    const answer = await create(await createTenant(harness, 'whole'), fields);
    expect(answer.statusCode).toBe(201);
    const now = harness.clock.now().toISOString();
    expect(answer.json()).toEqual({ id: expect.stringMatching(uuid), ...fields, createdAt: now, updatedAt: now });
    expect(answer.body).toContain('"mfaDeviceExpiration":604800,');
  });

  test('an empty object switches enforcement on: defaults fill absent fields, null and unknown ones', async () => {
    const defaults = { enforceMFAType: 'Force', allowRememberMyDevice: false, mfaDeviceExpiration: 1_209_600 };
    expect((await create(await createTenant(harness, 'empty'), {})).json()).toMatchObject(defaults);
    const nulls = { enforceMFAType: null, allowRememberMyDevice: null, mfaDeviceExpiration: null };
    expect((await create(await createTenant(harness, 'nulls'), nulls)).json()).toMatchObject(defaults);
    const unknown = { id: 'mine', createdAt: 'yesterday', updatedAt: 7, tenantId: 'other', more: { deep: [1] } };
    const answer = await create(await createTenant(harness, 'unknown'), unknown);
    expect(answer.json()).toMatchObject(defaults);
    expect(answer.json()).not.toMatchObject({ id: 'mine' });
    expect(Object.keys(answer.json())).toHaveLength(6);
    expect((await create(await createTenant(harness, 'zero'), { mfaDeviceExpiration: 0 })).json()).toMatchObject({ mfaDeviceExpiration: 0 });
  });

  test('a second creation answers 409 and changes nothing; the environment and each tenant have a record of their own', async () => {
    const tenantId = await createTenant(harness, 'twice');
    const first = await create(tenantId, { enforceMFAType: 'DontForce' });
    expectRefusal(await create(tenantId, { enforceMFAType: 'Force' }), 409, exists);
    expect((await call(harness, 'GET', path, { headers: await asEnvironment(harness, tenantId) })).json()).toEqual(first.json());
    expect((await create(undefined, { enforceMFAType: 'DontForce' })).statusCode).toBe(201);
    expectRefusal(await create(undefined, {}), 409, exists);
  });

  test('of two creations at once exactly one wins, for a tenant and for the environment', async () => {
    const tenantId = await createTenant(harness, 'race');
    const statuses = (await Promise.all(Array.from({ length: 5 }, () => create(tenantId, {})))).map((answer) => answer.statusCode);
    expect(statuses.sort()).toEqual([201, 409, 409, 409, 409]);
    const fresh = await openHarness();
    try {
      const headers = await asEnvironment(fresh);
      const answers = await Promise.all([1, 2].map(() => call(fresh, 'POST', path, { headers, body: {} })));
      expect(answers.map((answer) => answer.statusCode).sort()).toEqual([201, 409]);
    } finally {
      await fresh.close();
    }
  });
});

describe('refusals', () => {
  test('every fault has its text and code, in the order of the fields', async () => {
    const tenantId = await createTenant(harness, 'faults');
    const enforcement = 'enforceMFAType must be one of the following values: DontForce, Force, ForceExceptSAML';
    const integer = 'mfaDeviceExpiration must be an integer number';
    const cases: [unknown, string[]][] = [
      [undefined, ['Request body is required']],
      [null, ['Request body is required']],
      [[], ['Invalid request body']],
      ['"text"', ['Invalid request body']],
      [7, ['Invalid request body']],
      ['{"enforceMFAType":', ['Invalid request body']],
      [{ enforceMFAType: 'force' }, [enforcement]],
      [{ enforceMFAType: 1 }, [enforcement]],
      [{ enforceMFAType: ['Force'] }, [enforcement]],
      [{ allowRememberMyDevice: 'true' }, ['allowRememberMyDevice must be a boolean value']],
      [{ mfaDeviceExpiration: 1.5 }, [integer]],
      [{ mfaDeviceExpiration: '60' }, [integer]],
      ['{"mfaDeviceExpiration":1e999}', [integer]],
      [{ mfaDeviceExpiration: -1 }, ['mfaDeviceExpiration must not be less than 0']],
      [{ mfaDeviceExpiration: -1e300 }, ['mfaDeviceExpiration must not be less than 0']],
      [{ mfaDeviceExpiration: 2_147_483_648 }, ['mfaDeviceExpiration must not be greater than 2147483647']],
      [{ mfaDeviceExpiration: 1e300 }, ['mfaDeviceExpiration must not be greater than 2147483647']],
      [
        { mfaDeviceExpiration: -1, allowRememberMyDevice: 0, enforceMFAType: '' },
        [enforcement, 'allowRememberMyDevice must be a boolean value', 'mfaDeviceExpiration must not be less than 0'],
      ],
    ];
    for (const [body, texts] of cases) expectRefusal(await create(tenantId, body), 400, faults(...texts), JSON.stringify(body));
    expect((await create(tenantId, { mfaDeviceExpiration: 2_147_483_647 })).statusCode).toBe(201);
  });

  test('the published codes are exactly these', async () => {
    const tenantId = await createTenant(harness, 'codes');
    const codeOf = async (body?: unknown) => (await create(tenantId, body)).json().errorCode;
    expect(await codeOf({ enforceMFAType: 'x' })).toBe('ER-dc5f8fa571');
    expect(await codeOf({ mfaDeviceExpiration: 'x' })).toBe('ER-3aabaf0e9b');
    expect(await codeOf()).toBe('ER-63069eb904');
    expect(await codeOf([])).toBe('ER-53cbd48fe3');
  });

  test('strangers get 401 before the body is looked at, and the tenant header has to name one known tenant', async () => {
    await expectStrangersRefused(harness, { method: 'POST', url, body: '{' });
    await expectTenantHeaderChecked(harness, { method: 'POST', url, body: { enforceMFAType: 'nonsense' } });
    const headers = { 'frontegg-tenant-id': await createTenant(harness, 'older') };
    await expectOlderHeaderServes(harness, { method: 'POST', url, headers, body: {} }, 201);
  });

  test('a user writes with permission, in the tenant of the token or another of their own, never the environment', async () => {
    const admin = await userWith(harness, 'write-admin', 'admin');
    const other = await createTenant(harness, 'write-admin-2');
    await joinTenant(harness, admin.email, other, { roleIds: [roleIds.admin] });
    const plain = await createTenant(harness, 'write-admin-3');
    await joinTenant(harness, admin.email, plain);
    const stranger = await createTenant(harness, 'write-strange');
    const write = (headers: Record<string, string>) => call(harness, 'POST', path, { headers, body: { enforceMFAType: 'DontForce' } });

    const made = await write(admin.headers);
    expect(made.statusCode).toBe(201);
    const stored = await call(harness, 'GET', path, { headers: await asEnvironment(harness, admin.tenantId) });
    expect(stored.json()).toEqual(made.json());
    expectRefusal(await write(admin.headers), 409, exists);
    expect((await write({ ...admin.headers, 'frontegg-tenant-id': other })).statusCode).toBe(201);
    expectRefusal(await write({ ...admin.headers, 'frontegg-tenant-id': plain }), 403, forbidden, 'a tenant where the user has no role');
    expectRefusal(await write({ ...admin.headers, 'frontegg-tenant-id': stranger }), 403, forbidden, 'a tenant of others');
    expectRefusal(await write({ ...admin.headers, 'frontegg-tenant-id': 'no-such-tenant' }), 403, forbidden, 'no tenant at all');
    const header = refusal('frontegg-tenant-id header must contain a single tenant id');
    expectRefusal(await write({ ...admin.headers, 'frontegg-tenant-id': '' }), 400, header);

    for (const role of ['readOnly', null] as const) {
      const user = await userWith(harness, `write-${role}`, role);
      expectRefusal(await write(user.headers), 403, forbidden, String(role));
      expectRefusal(await call(harness, 'GET', path, { headers: await asEnvironment(harness, user.tenantId) }), 404, {
        errors: ['Security Policy not found. MFA is disabled'],
      });
    }
  });
});
