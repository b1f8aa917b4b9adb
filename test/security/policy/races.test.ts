import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, password } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { openInstances } from '../../support/instances.ts';
import { race, tally } from '../../support/race.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(openInstances);

const url = `${identity}/configurations/v1/mfa-policy`;
const policiesOf = (owner: string) => query(harness, 'select * from mfa_policies where owner = $1', [owner]);

describe('a policy exists once', () => {
  test.each([undefined, 'race-create'])('of 2 and of 20 creations at once one answers 201, the others 409 (tenant %s)', async (tenantId) => {
    if (tenantId !== undefined) await createTenant(harness, tenantId);
    const headers = await asEnvironment(harness, tenantId);
    const create = (index: number) => harness.send({ method: 'POST', url, headers, body: { mfaDeviceExpiration: index } });
    expect(tally(await race(2, create))).toEqual({ 201: 1, 409: 1 });
    expect(tally(await race(20, create))).toEqual({ 409: 20 });
    expect(await policiesOf(tenantId === undefined ? 'environment' : `tenant:${tenantId}`)).toHaveLength(1);
  });

  test('20 upserts at once never fail: they make one record, and no field of any is lost', async () => {
    for (let round = 0; round < 3; round += 1) {
      const tenantId = await createTenant(harness, `race-upsert-${round}`);
      const headers = await asEnvironment(harness, tenantId);
      const fields = [{ enforceMFAType: 'DontForce' }, { allowRememberMyDevice: true }, { mfaDeviceExpiration: 4711 }, {}];
      const answers = await race(20, (index) => harness.send({ method: 'PUT', url, headers, body: fields[index % 4] }));
      expect(tally(answers)).toEqual({ 200: 20 });
      expect(new Set(answers.map((answer) => answer.json().id)).size).toBe(1);
      const after = (await harness.send({ url, headers })).json();
      expect(after).toMatchObject({ enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 4711 });
    }
  });

  test('creations, updates and upserts at once answer 200, 201, 404 or 409, and one creation wins', async () => {
    const tenantId = await createTenant(harness, 'race-mixed');
    const headers = await asEnvironment(harness, tenantId);
    const methods = ['POST', 'PATCH', 'PUT'] as const;
    const answers = await race(30, (index) =>
      harness.send({ method: methods[index % 3] ?? 'PUT', url, headers, body: { allowRememberMyDevice: index % 2 === 0 } }),
    );
    for (const { statusCode, body } of answers) expect([200, 201, 404, 409], body).toContain(statusCode);
    expect(tally(answers)[201] ?? 0).toBeLessThanOrEqual(1);
    expect(await policiesOf(`tenant:${tenantId}`)).toHaveLength(1);
    const kinds = await query(harness, "select id from audit_events where kind = 'POLICY_CREATED' and tenant_id = $1", [tenantId]);
    expect(kinds).toHaveLength(1);
  });
});

test('20 settings of one strategy at once never fail and leave one row', async () => {
  const tenantId = await createTenant(harness, 'race-strategy');
  const headers = await asEnvironment(harness, tenantId);
  const answers = await race(20, (index) =>
    harness.send({
      method: 'POST',
      url: `${identity}/configurations/v1/mfa/strategies`,
      headers,
      body: { strategy: 'AuthenticatorApp', isActive: index % 2 === 0 },
    }),
  );
  expect(tally(answers)).toEqual({ 201: 20 });
  expect(await query(harness, 'select * from strategy_settings where tenant_id = $1', [tenantId])).toHaveLength(1);
});

describe('a tenant and a user exist once', () => {
  test('of 20 tenants created at once under one id one is created', async () => {
    const headers = await asEnvironment(harness);
    const body = { tenantId: 'race-tenant', name: 'Race' };
    const answers = await race(20, () => harness.send({ method: 'POST', url: '/tenants/resources/tenants/v1', headers, body }));
    expect(tally(answers)).toEqual({ 201: 1, 409: 19 });
  });

  test('of 10 users created at once under spellings of one address one is created', async () => {
    const tenantId = await createTenant(harness, 'race-user');
    const headers = await asEnvironment(harness);
    const spellings = ['Race@acme.example', 'race@acme.example', 'RACE@ACME.EXAMPLE', 'ｒace@acme.example'];
    const answers = await race(10, (index) =>
      harness.send({
        method: 'POST',
        url: `${identity}/vendor-only/users/v1`,
        headers,
        body: { email: spellings[index % 4], tenantId, password },
      }),
    );
    expect(tally(answers)).toEqual({ 201: 1, 409: 9 });
    expect(await query(harness, 'select * from memberships where tenant_id = $1', [tenantId])).toHaveLength(1);
  });

  test('of 10 joins of one tenant at once one creates the user, and it is a member once', async () => {
    const tenantId = await createTenant(harness, 'race-join');
    const headers = await asEnvironment(harness, tenantId);
    const body = { email: 'join@acme.example', password };
    const answers = await race(10, () => harness.send({ method: 'POST', url: `${identity}/users/v2`, headers, body }));
    expect(tally(answers)).toEqual({ 201: 1, 409: 9 });
    expect(await query(harness, 'select * from memberships where tenant_id = $1', [tenantId])).toHaveLength(1);
  });
});
