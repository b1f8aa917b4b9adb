import { beforeAll, expect, test } from 'vitest';
import { asToken, createTenantToken, createUserToken, enableUserTokens } from '../../support/api-tokens.ts';
import { asEnvironment, createTenant, createUser, expectStatus } from '../../support/builders.ts';
import { openInstances } from '../../support/instances.ts';
import { asUser, call, expectEmpty, expectRefusal, forbidden, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

/** What API tokens do with the groups, sessions and links of their tenant, and that they reach no other one. */
const harness = useHarness(openInstances);
const [tenantId, elsewhere] = ['token-acts', 'token-acts-elsewhere'];
let ofTenant: Record<string, string>;
let ofUser: Record<string, string>;
let member: { id: string; email: string; tenantId: string };
let stranger: { id: string; email: string; tenantId: string };
beforeAll(async () => {
  await enableUserTokens(harness);
  const settings = { allowTenantInvitations: true };
  expectStatus(await call(harness, 'POST', '/configurations/v1', { headers: await asEnvironment(harness), body: settings }), 201);
  for (const id of [tenantId, elsewhere]) await createTenant(harness, id);
  member = await createUser(harness, tenantId, 'token-acts@acme.example', { roleIds: [roleIds.admin] });
  stranger = await createUser(harness, elsewhere, 'token-acts-elsewhere@acme.example');
  ofTenant = await asToken(harness, await createTenantToken(harness, tenantId, { roleIds: [roleIds.admin] }));
  ofUser = await asToken(harness, await createUserToken(harness, member, { roleIds: [roleIds.admin] }));
});

test('a token makes, fills and reads groups of its tenant, and finds none of another one', async () => {
  for (const [headers, name] of [
    [ofTenant, 'by-tenant'],
    [ofUser, 'by-user'],
  ] as const) {
    const created = await call(harness, 'POST', '/groups/v1', { headers, body: { name } });
    expectStatus(created, 201);
    const { id } = created.json();
    expectEmpty(await call(harness, 'POST', `/groups/v1/${id}/users`, { headers, body: { userIds: [member.id] } }), 201);
    const read = await call(harness, 'GET', `/groups/v1/${id}?_groupsRelations=users`, { headers });
    expect(read.json()).toMatchObject({ id, name, users: [{ id: member.id }] });
    expectStatus(await call(harness, 'POST', `/groups/v1/${id}/users`, { headers, body: { userIds: [stranger.id] } }), 404);
  }
  const other = await call(harness, 'POST', '/groups/v1', { headers: await asEnvironment(harness, elsewhere), body: { name: 'theirs' } });
  expectStatus(other, 201);
  for (const headers of [ofTenant, ofUser]) {
    expectRefusal(await call(harness, 'GET', `/groups/v1/${other.json().id}`, { headers }), 404, refusal('Group not found'));
    expectRefusal(await call(harness, 'DELETE', `/groups/v1/${other.json().id}`, { headers }), 404, refusal('Group not found'));
  }
});

test('a token ends the sessions that members have in its tenant, and those of nobody else', async () => {
  const [own, theirs] = [await asUser(harness, member.email), await asUser(harness, stranger.email)];
  const revoke = (userId: string) => call(harness, 'POST', '/users/sessions/v1/revoke', { headers: ofTenant, body: { userId } });
  expectEmpty(await revoke(member.id), 201);
  expectRefusal(await revoke(stranger.id), 404, refusal('User not found'));
  expect((await call(harness, 'GET', '/users/v2/me', { headers: own })).statusCode).toBe(401);
  expect((await call(harness, 'GET', '/users/v2/me', { headers: theirs })).statusCode).toBe(200);
});

test('the token of a user makes and reads the link of that user; the token of a tenant has none', async () => {
  const url = '/tenants/invites/v1/user';
  const body = { expiresInMinutes: 60, shouldSendEmail: false };
  const created = await call(harness, 'POST', url, { headers: ofUser, body });
  expectStatus(created, 201);
  expect(created.json()).toMatchObject({ tenantId, userId: member.id });
  expect((await call(harness, 'GET', url, { headers: ofUser })).json()).toMatchObject({ id: created.json().id });
  for (const method of ['GET', 'POST', 'PATCH', 'DELETE'] as const) {
    expectRefusal(await call(harness, method, url, { headers: ofTenant, ...(method === 'GET' ? {} : { body }) }), 403, forbidden, method);
  }
  const createInvitation = `mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { ... on CreateInvitationSuccess { __typename } } }`;
  const answer = await harness.graphql(createInvitation, { input: {} }, ofTenant);
  expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
});
