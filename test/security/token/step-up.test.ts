import { beforeAll, expect, test } from 'vitest';
import { asToken, createTenantToken, createUserToken, enableUserTokens } from '../../support/api-tokens.ts';
import { createUserInTenant, enroll, expectStatus, setPolicy } from '../../support/builders.ts';
import { query } from '../../support/database.ts';
import { mutation } from '../../support/graphql-documents.ts';
import { openInstances } from '../../support/instances.ts';
import { asUser, call, expectRefusal, forbidden, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness(() => openInstances({ settings: { STRICT_STEP_UP: '1' } }));
const create = mutation('createUserApiToken', 'secret userApiToken { restId }');
beforeAll(() => enableUserTokens(harness));

test('the token of a user who has a factor makes no other token, over either transport, and leaves an event', async () => {
  const user = await createUserInTenant(harness, 'step-up-token');
  await setPolicy(harness, { enforceMFAType: 'Force' }, user.tenantId);
  await enroll(harness, user.email);
  const headers = await asToken(harness, await createUserToken(harness, user));
  expectRefusal(await call(harness, 'POST', '/users/api-tokens/v1', { headers, body: {} }), 401, refusal('Step-up required'));
  const answer = await harness.graphql(create, { input: {} }, headers);
  expect(answer.errors?.[0]?.extensions.code).toBe('STEP_UP_REQUIRED');
  expect((await query(harness, 'select id from api_tokens where user_id = $1', [user.id])).length).toBe(1);
  const events = await query(harness, "select actor_kind from audit_events where kind = 'STEP_UP_REQUIRED' and user_id = $1", [user.id]);
  expect(events).toEqual([{ actor_kind: 'API_TOKEN' }, { actor_kind: 'API_TOKEN' }]);
});

test('the token of a user without a factor passes like the user', async () => {
  const user = await createUserInTenant(harness, 'step-up-free');
  const headers = await asToken(harness, await createUserToken(harness, user));
  expectStatus(await call(harness, 'POST', '/users/api-tokens/v1', { headers, body: {} }), 201);
});

test('a session that has ended makes no token, however short ago', async () => {
  const user = await createUserInTenant(harness, 'step-up-ended', { roleIds: [roleIds.admin] });
  const headers = await asUser(harness, user.email);
  await call(harness, 'POST', `/users/v1/${user.id}/lock`, { headers: { authorization: `Bearer ${await harness.environmentToken()}` } });
  for (const path of [
    '/users/api-tokens/v1',
    '/users/access-tokens/v1',
    '/tenants/api-tokens/v1',
    '/tenants/api-tokens/v2',
    '/tenants/access-tokens/v1',
  ]) {
    expectStatus(await call(harness, 'POST', path, { headers, body: {} }), 401);
  }
});

test('a token never changes or reads what a second factor protects, whatever its roles say', async () => {
  const user = await createUserInTenant(harness, 'step-up-settings', { roleIds: [roleIds.admin] });
  const tokens = [await createTenantToken(harness, user.tenantId, { roleIds: [roleIds.admin] }), await createUserToken(harness, user)];
  for (const credentials of tokens) {
    const headers = await asToken(harness, credentials);
    const policy = '/configurations/v1/mfa-policy';
    const body = { enforceMFAType: 'DontForce' };
    for (const method of ['POST', 'PATCH', 'PUT'] as const) expectRefusal(await call(harness, method, policy, { headers, body }), 403, forbidden);
    for (const path of [policy, `${policy}/vendor`, '/configurations/v1/mfa/strategies', '/configurations/v1/lockout-policy', '/configurations/v1']) {
      expectRefusal(await call(harness, 'GET', path, { headers }), 403, forbidden, path);
    }
    expectRefusal(await call(harness, 'POST', '/auth/v1/user/step-up/generate', { headers, body: {} }), 403, forbidden);
  }
  expect(await query(harness, 'select id from mfa_policies where tenant_id = $1', [user.tenantId])).toEqual([]);
});
