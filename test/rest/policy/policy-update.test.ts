import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, setPolicy } from '../../support/builders.ts';
import { expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { call, expectRefusal, faults, forbidden, joinTenant, refusal, userWith } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa-policy';
const missing = refusal('Security policy not found');
const nothing = refusal('Missing parameters to update');
const harness = useHarness();

const update = async (tenantId: string | undefined, body?: unknown) =>
  call(harness, 'PATCH', path, { headers: await asEnvironment(harness, tenantId), ...(body === undefined ? {} : { body }) });
const read = async (tenantId?: string) => (await call(harness, 'GET', path, { headers: await asEnvironment(harness, tenantId) })).json();

async function tenantWith(name: string, fields: object): Promise<string> {
  const tenantId = await createTenant(harness, name);
  await setPolicy(harness, fields, tenantId);
  return tenantId;
}

describe('updating an MFA policy', () => {
  test('answers 200 with the whole policy and changes only the fields given', async () => {
    const tenantId = await tenantWith('fields', { enforceMFAType: 'ForceExceptSAML', allowRememberMyDevice: true, mfaDeviceExpiration: 60 });
    const before = await read(tenantId);
    harness.clock.advance({ seconds: 5 });
    const answer = await update(tenantId, { allowRememberMyDevice: false });
    expect(answer.statusCode).toBe(200);
    const after = { ...before, allowRememberMyDevice: false, updatedAt: harness.clock.now().toISOString() };
    expect(answer.json()).toEqual(after);
    expect(await read(tenantId)).toEqual(after);
    expect((await update(tenantId, { enforceMFAType: 'DontForce' })).json()).toEqual({ ...after, enforceMFAType: 'DontForce' });
    const last = { ...after, enforceMFAType: 'DontForce', mfaDeviceExpiration: 0 };
    expect((await update(tenantId, { mfaDeviceExpiration: 0 })).json()).toEqual(last);
  });

  test('null counts as absent and unknown fields are ignored: a browser sends the object back as it got it', async () => {
    const tenantId = await tenantWith('back', { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 60 });
    const before = await read(tenantId);
    const sent = { ...before, id: 'x', createdAt: 1, updatedAt: null, enforceMFAType: null, mfaDeviceExpiration: 61 };
    expect((await update(tenantId, sent)).json()).toEqual({ ...before, mfaDeviceExpiration: 61 });
  });

  test('the environment record and the records of tenants change apart', async () => {
    const tenantId = await tenantWith('apart', { enforceMFAType: 'DontForce' });
    await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 100 });
    const tenants = await read(tenantId);
    expect((await update(undefined, { mfaDeviceExpiration: 200 })).json()).toMatchObject({ enforceMFAType: 'DontForce', mfaDeviceExpiration: 200 });
    expect(await read(tenantId)).toEqual(tenants);
  });

  test('repeating an update never conflicts', async () => {
    const tenantId = await tenantWith('repeat', {});
    const body = { enforceMFAType: 'Force', allowRememberMyDevice: true, mfaDeviceExpiration: 604_800 };
    const answers = [await update(tenantId, body), ...(await Promise.all([1, 2, 3].map(() => update(tenantId, body))))];
    expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200]);
    for (const answer of answers) expect(answer.json()).toMatchObject(body);
  });
});

describe('refusals', () => {
  test('404 where no record exists, in its own words; 400 without a known field comes first', async () => {
    const tenantId = await createTenant(harness, 'missing');
    expectRefusal(await update(tenantId, { allowRememberMyDevice: true }), 404, missing);
    const existing = await tenantWith('existing', { enforceMFAType: 'DontForce' });
    for (const body of [{}, { id: 'x' }, { enforceMFAType: null, allowRememberMyDevice: null, mfaDeviceExpiration: null }]) {
      expectRefusal(await update(tenantId, body), 400, nothing, JSON.stringify(body));
      expectRefusal(await update(existing, body), 400, nothing, JSON.stringify(body));
    }
    expectRefusal(await call(harness, 'GET', path, { headers: await asEnvironment(harness, tenantId) }), 404, {
      errors: ['Security Policy not found. MFA is disabled'],
    });
  });

  test('one invalid field leaves the valid ones unchanged as well', async () => {
    const tenantId = await tenantWith('whole-or-not', { enforceMFAType: 'DontForce' });
    const before = await read(tenantId);
    const answer = await update(tenantId, { enforceMFAType: 'Force', allowRememberMyDevice: 1, mfaDeviceExpiration: 0.5 });
    expectRefusal(answer, 400, faults('allowRememberMyDevice must be a boolean value', 'mfaDeviceExpiration must be an integer number'));
    expect(await read(tenantId)).toEqual(before);
    expectRefusal(await update(tenantId), 400, faults('Request body is required'));
    expectRefusal(await update(tenantId, []), 400, faults('Invalid request body'));
  });

  test('strangers get 401, and the tenant header has to name one known tenant', async () => {
    const request = { method: 'PATCH', url: `${identity}${path}`, body: { allowRememberMyDevice: true } } as const;
    await expectStrangersRefused(harness, request);
    await expectTenantHeaderChecked(harness, request);
  });

  test('a user changes the record of an own tenant, with permission to write', async () => {
    const body = { mfaDeviceExpiration: 300 };
    const admin = await userWith(harness, 'update-admin', 'admin');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, admin.tenantId);
    expect((await call(harness, 'PATCH', path, { headers: admin.headers, body })).json()).toMatchObject({ ...body, enforceMFAType: 'DontForce' });
    const other = await tenantWith('update-admin-2', { enforceMFAType: 'DontForce' });
    await joinTenant(harness, admin.email, other, { roleIds: [roleIds.readOnly] });
    const inOther = { ...admin.headers, 'frontegg-tenant-id': other };
    expectRefusal(await call(harness, 'PATCH', path, { headers: inOther, body }), 403, forbidden);
    const stranger = { ...admin.headers, 'frontegg-tenant-id': await tenantWith('update-strange', {}) };
    expectRefusal(await call(harness, 'PATCH', path, { headers: stranger, body }), 403, forbidden);
    const reader = await userWith(harness, 'update-reader', 'readOnly');
    expectRefusal(await call(harness, 'PATCH', path, { headers: reader.headers, body: {} }), 403, forbidden, 'permission before content');
  });
});
