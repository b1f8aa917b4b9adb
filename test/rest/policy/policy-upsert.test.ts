import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity } from '../../support/builders.ts';
import { expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { call, expectRefusal, faults, forbidden, userWith, uuid } from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa-policy';
const harness = useHarness();

const put = async (tenantId: string | undefined, body?: unknown) =>
  call(harness, 'PUT', path, { headers: await asEnvironment(harness, tenantId), ...(body === undefined ? {} : { body }) });
const read = async (tenantId?: string) => (await call(harness, 'GET', path, { headers: await asEnvironment(harness, tenantId) })).json();

describe('creating or changing an MFA policy', () => {
  test('creates with 200 and fills absent fields by the defaults', async () => {
    const tenantId = await createTenant(harness, 'create');
    const now = harness.clock.now().toISOString();
    const answer = await put(tenantId, { enforceMFAType: 'DontForce' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      id: expect.stringMatching(uuid),
      enforceMFAType: 'DontForce',
      allowRememberMyDevice: false,
      mfaDeviceExpiration: 1_209_600,
      createdAt: now,
      updatedAt: now,
    });
    expect((await put(await createTenant(harness, 'create-empty'), {})).json()).toMatchObject({ enforceMFAType: 'Force' });
  });

  test('merges into an existing record: absent and null fields keep their value', async () => {
    const tenantId = await createTenant(harness, 'merge');
    const fields = { enforceMFAType: 'ForceExceptSAML', allowRememberMyDevice: true, mfaDeviceExpiration: 77 };
    const first = (await put(tenantId, fields)).json();
    expect(first).toMatchObject(fields);
    harness.clock.advance({ seconds: 1 });
    const changed = await put(tenantId, { mfaDeviceExpiration: 78, enforceMFAType: null });
    expect(changed.statusCode).toBe(200);
    expect(changed.json()).toEqual({ ...first, mfaDeviceExpiration: 78, updatedAt: harness.clock.now().toISOString() });
    expect(await read(tenantId)).toEqual(changed.json());
  });

  test('an empty object changes nothing on an existing record, not even the time', async () => {
    const tenantId = await createTenant(harness, 'nothing');
    const first = (await put(tenantId, { enforceMFAType: 'DontForce' })).json();
    harness.clock.advance({ seconds: 1 });
    for (const body of [{}, { id: 'x', updatedAt: 'now' }, { allowRememberMyDevice: null }]) {
      const answer = await put(tenantId, body);
      expect(answer.statusCode).toBe(200);
      expect(answer.json()).toEqual(first);
    }
    expect(await read(tenantId)).toEqual(first);
  });

  test('many at once end in one record and no refusal', async () => {
    const tenantId = await createTenant(harness, 'many');
    const answers = await Promise.all([1, 2, 3, 4, 5].map((seconds) => put(tenantId, { mfaDeviceExpiration: seconds })));
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
  });

  test('environment and tenant have a record each', async () => {
    const tenantId = await createTenant(harness, 'levels');
    const environment = (await put(undefined, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 5 })).json();
    const tenants = (await put(tenantId, { enforceMFAType: 'Force' })).json();
    expect(tenants).toMatchObject({ mfaDeviceExpiration: 1_209_600 });
    expect(tenants.id).not.toBe(environment.id);
    expect(await read()).toEqual(environment);
  });
});

describe('refusals', () => {
  test('validation texts as for creation, and nothing is written', async () => {
    const tenantId = await createTenant(harness, 'faults');
    expectRefusal(await put(tenantId), 400, faults('Request body is required'));
    expectRefusal(await put(tenantId, []), 400, faults('Invalid request body'));
    expectRefusal(
      await put(tenantId, { enforceMFAType: 'off', mfaDeviceExpiration: -5 }),
      400,
      faults('enforceMFAType must be one of the following values: DontForce, Force, ForceExceptSAML', 'mfaDeviceExpiration must not be less than 0'),
    );
    expect(await read(tenantId)).toEqual({ errors: ['Security Policy not found. MFA is disabled'] });
  });

  test('strangers get 401, and the tenant header has to name one known tenant', async () => {
    const request = { method: 'PUT', url: `${identity}${path}`, body: {} } as const;
    await expectStrangersRefused(harness, request);
    await expectTenantHeaderChecked(harness, request);
  });

  test('a user writes the own tenant with permission, without it nothing', async () => {
    const body = { enforceMFAType: 'DontForce' };
    const admin = await userWith(harness, 'put-admin', 'admin');
    expect((await call(harness, 'PUT', path, { headers: admin.headers, body })).statusCode).toBe(200);
    expect(await read(admin.tenantId)).toMatchObject(body);
    for (const role of ['readOnly', null] as const) {
      const user = await userWith(harness, `put-${role}`, role);
      expectRefusal(await call(harness, 'PUT', path, { headers: user.headers, body }), 403, forbidden, String(role));
    }
  });
});
