import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { asEnvironment, createTenant, identity, setPolicy } from '../../support/builders.ts';
import { expectOlderHeaderServes, expectStrangersRefused, expectTenantHeaderChecked } from '../../support/callers.ts';
import { call, expectRefusal, forbidden, isoTime, joinTenant, refusal, userWith, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const path = '/configurations/v1/mfa-policy';
const disabled = refusal('Security Policy not found. MFA is disabled');
const harness = useHarness();

const read = (headers: Record<string, string>) => call(harness, 'GET', path, { headers });

describe('reading an MFA policy', () => {
  test('404 until the record exists, then all six fields, for environment and tenant apart', async () => {
    const tenantId = await createTenant(harness, 'own');
    expectRefusal(await read(await asEnvironment(harness)), 404, disabled);
    await setPolicy(harness, { enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 60 });
    const shape = { id: expect.stringMatching(uuid), createdAt: expect.stringMatching(isoTime), updatedAt: expect.stringMatching(isoTime) };
    const answer = await read(await asEnvironment(harness));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ...shape, enforceMFAType: 'DontForce', allowRememberMyDevice: true, mfaDeviceExpiration: 60 });
    expectRefusal(await read(await asEnvironment(harness, tenantId)), 404, disabled, 'never the merged policy');
    await setPolicy(harness, { enforceMFAType: 'DontForce' }, tenantId);
    const own = { ...shape, enforceMFAType: 'DontForce', allowRememberMyDevice: false, mfaDeviceExpiration: 1_209_600 };
    expect((await read(await asEnvironment(harness, tenantId))).json()).toEqual(own);
  });

  test('a content type and the headers of SDKs do not disturb, and the older token header serves', async () => {
    const tenantId = await createTenant(harness, 'typed');
    await setPolicy(harness, {}, tenantId);
    const extra = { 'content-type': 'application/json', 'frontegg-environment-id': 'e', 'frontegg-application-id': 'a', 'frontegg-user-id': 'u' };
    expect((await read({ ...(await asEnvironment(harness, tenantId)), ...extra })).statusCode).toBe(200);
    await expectOlderHeaderServes(harness, { url: `${identity}${path}`, headers: { ...extra, 'frontegg-tenant-id': tenantId } }, 200);
  });
});

describe('refusals', () => {
  test('strangers get 401, and the tenant header has to name one known tenant', async () => {
    await expectStrangersRefused(harness, { url: `${identity}${path}` });
    await expectTenantHeaderChecked(harness, { url: `${identity}${path}` });
  });

  test('a tenant header sent twice over a socket is refused, even with the same tenant', async () => {
    const tenantId = await createTenant(harness, 'repeated');
    await setPolicy(harness, {}, tenantId);
    await harness.app.http.listen({ port: 0, host: '127.0.0.1' });
    const { port } = harness.app.http.server.address() as AddressInfo;
    const { authorization = '' } = await asEnvironment(harness);
    const send = (tenants: string[]): Promise<{ status: number | undefined; body: unknown }> =>
      new Promise((resolve, reject) => {
        const headers = ['host', 'id.acme.example', 'authorization', authorization, ...tenants.flatMap((id) => ['frontegg-tenant-id', id])];
        httpRequest({ host: '127.0.0.1', port, path: `${identity}${path}`, headers, agent: false }, (answer) => {
          let body = '';
          answer.on('data', (chunk) => {
            body += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(body) }));
        })
          .on('error', reject)
          .end();
      });
    expect(await send([tenantId])).toMatchObject({ status: 200 });
    const header = refusal('frontegg-tenant-id header must contain a single tenant id');
    expect(await send([tenantId, tenantId])).toEqual({ status: 400, body: header });
    expect(await send([tenantId, 'other'])).toEqual({ status: 400, body: header });
    expect(await send([''])).toEqual({ status: 400, body: header });
  });

  test('a user reads with permission, the own tenants only, and never the environment by this path', async () => {
    const admin = await userWith(harness, 'read-admin', 'admin');
    const reader = await userWith(harness, 'read-only', 'readOnly');
    const none = await userWith(harness, 'read-none', null);
    await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 9 });
    expectRefusal(await read(admin.headers), 404, disabled, 'the environment has a record, the tenant has none');
    for (const user of [admin, reader]) {
      await setPolicy(harness, { enforceMFAType: 'DontForce', mfaDeviceExpiration: 11 }, user.tenantId);
      expect((await read(user.headers)).json(), user.email).toMatchObject({ mfaDeviceExpiration: 11 });
    }
    expectRefusal(await read(none.headers), 403, forbidden);

    await joinTenant(harness, none.email, reader.tenantId, { roleIds: [roleIds.readOnly] });
    expect((await read({ ...none.headers, 'frontegg-tenant-id': reader.tenantId })).statusCode).toBe(200);
    expectRefusal(await read({ ...none.headers, 'frontegg-tenant-id': none.tenantId }), 403, forbidden);
    expectRefusal(await read({ ...none.headers, 'frontegg-tenant-id': admin.tenantId }), 403, forbidden);
    expectRefusal(await read({ ...none.headers, 'frontegg-tenant-id': 'no-such-tenant' }), 403, forbidden);
  });
});
