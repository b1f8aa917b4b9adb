import { beforeAll, expect, test } from 'vitest';
import { bearer, enableUserTokens } from '../../support/api-tokens.ts';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createUserInTenant } from '../../support/builders.ts';
import { asUser, call, claimsOf, expectEmpty, expectRefusal, isoTime, refusal, unauthorized, uuid } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

interface Made {
  id: string;
  secret: string;
}

const harness = useHarness();
let user: TestUser;
let tenant: Record<string, string>;
let headers: Record<string, string>;
beforeAll(async () => {
  await enableUserTokens(harness);
  user = await createUserInTenant(harness, 'access-tokens', { roleIds: [roleIds.readOnly] });
  tenant = await asEnvironment(harness, user.tenantId);
  headers = await asUser(harness, user.email);
});

const made = async (path: string, by: Record<string, string>, body: object = {}): Promise<Made> => {
  const answer = await call(harness, 'POST', path, { headers: by, body });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<Made>();
};
const ofTenant = '/tenants/access-tokens/v1';
const ofUser = '/users/access-tokens/v1';

test('an access token of a tenant is a JWT that asks for its rights, and is listed in an object without it', async () => {
  const { secret, ...shown } = await made(ofTenant, tenant, { description: 'gateway', roleIds: [roleIds.readOnly] });
  expect(shown).toEqual({
    ...{ id: expect.stringMatching(uuid), description: 'gateway', roleIds: [roleIds.readOnly], createdByUserId: null },
    createdAt: expect.stringMatching(isoTime),
  });
  const claims = claimsOf(secret);
  expect(claims).toMatchObject({ sub: shown.id, tenantId: user.tenantId, type: 'tenantAccessToken' });
  expect([claims.roles, claims.permissions]).toEqual([['FETCH-ROLES-BY-API'], ['FETCH-PERMISSIONS-BY-API']]);
  expect(claims).not.toHaveProperty('exp');
  expect((await call(harness, 'GET', ofTenant, { headers: tenant })).json()).toEqual({ accessTokens: [shown] });
  const rights = await call(harness, 'GET', `/vendor-only${ofTenant}/${shown.id}`, { headers: await asEnvironment(harness) });
  expect(rights.json()).toEqual({
    id: shown.id,
    tenantId: user.tenantId,
    roles: ['ReadOnly'],
    permissions: expect.arrayContaining(['fe.secure.read.*']),
  });
  expectEmpty(await call(harness, 'DELETE', `${ofTenant}/${shown.id}`, { headers: tenant }), 200);
  expectRefusal(await call(harness, 'GET', `/vendor-only${ofTenant}/${shown.id}`, { headers: tenant }), 404, refusal('API token not found'));
});

test('one of a user names the user, expires when it says, and has the present rights of the user', async () => {
  const { id, secret } = await made(ofUser, headers, { expiresInMinutes: 10 });
  const claims = claimsOf(secret);
  expect(claims).toMatchObject({ sub: id, userId: user.id, type: 'userAccessToken' });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(600);
  const environment = await asEnvironment(harness);
  const rights = await call(harness, 'GET', `/vendor-only${ofUser}/${id}`, { headers: environment });
  expect(rights.json()).toMatchObject({ id, tenantId: user.tenantId, userId: user.id, roles: ['ReadOnly'], expires: expect.stringMatching(isoTime) });
  const active = () => call(harness, 'GET', `/vendor-only${ofUser}/active`, { headers: environment });
  expect((await active()).json()).toEqual([id]);
  expect((await call(harness, 'GET', `/vendor-only${ofTenant}/active`, { headers: environment })).json()).not.toContain(id);
  harness.clock.advance({ seconds: 601 });
  expect((await active()).json()).toEqual([]);
  expectRefusal(
    await call(harness, 'GET', `/vendor-only${ofUser}/${id}`, { headers: await asEnvironment(harness) }),
    404,
    refusal('API token not found'),
  );
});

test('the active ones of users leave out those of locked and disabled users, and other tenants when a tenant is named', async () => {
  const environment = await asEnvironment(harness);
  const member = await createUserInTenant(harness, 'access-tokens-member');
  const { id } = await made(ofUser, await asUser(harness, member.email));
  const active = async (by: Record<string, string>) => (await call(harness, 'GET', `/vendor-only${ofUser}/active`, { headers: by })).json<string[]>();
  expect(await active(environment)).toContain(id);
  expect(await active(await asEnvironment(harness, member.tenantId))).toEqual([id]);
  expect(await active(await asEnvironment(harness, user.tenantId))).not.toContain(id);
  await call(harness, 'POST', `/users/v1/${member.id}/lock`, { headers: environment });
  expect(await active(environment)).not.toContain(id);
  expectRefusal(await call(harness, 'GET', `/vendor-only${ofUser}/${id}`, { headers: environment }), 404, refusal('API token not found'));
  await call(harness, 'POST', `/users/v1/${member.id}/unlock`, { headers: environment });
  expect(await active(environment)).toContain(id);
});

test('SDKs hear of disabled tokens by the text that stops them quietly, and tokens of tenants are not concerned', async () => {
  await enableUserTokens(harness, false);
  const environment = await asEnvironment(harness);
  for (const last of ['active', crypto.randomUUID()]) {
    expectRefusal(await call(harness, 'GET', `/vendor-only${ofUser}/${last}`, { headers: environment }), 403, refusal('Api tokens are disabled'));
  }
  expect((await call(harness, 'GET', `/vendor-only${ofTenant}/active`, { headers: environment })).statusCode).toBe(200);
  await enableUserTokens(harness);
});

test('this server refuses an access token as a bearer, and as an environment token', async () => {
  for (const { secret } of [await made(ofTenant, tenant, { roleIds: [roleIds.admin] }), await made(ofUser, await asUser(harness, user.email))]) {
    for (const sent of [bearer(secret), { 'x-access-token': secret }]) {
      expectRefusal(await call(harness, 'GET', '/roles/v1', { headers: sent }), 401, unauthorized);
    }
  }
});
