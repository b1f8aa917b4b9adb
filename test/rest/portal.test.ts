import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant } from '../support/builders.ts';
import { execute } from '../support/database.ts';
import { asUser, call, expectRefusal, forbidden, joinTenant, refusal } from '../support/rest.ts';
import { roleIds } from '../support/role-ids.ts';
import { useHarness } from '../support/use-harness.ts';

/** What Frontegg's portal asks for when its pages open. */
const harness = useHarness();
let environment: Record<string, string>;
let tenant: Record<string, string>;
let admin: Record<string, string>;
let member: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  tenant = await asEnvironment(harness, await createTenant(harness, 'portal', 'Portal Ltd.'));
  admin = await asUser(harness, (await createUser(harness, 'portal', 'admin@portal.example', { roleIds: [roleIds.admin] })).email);
  member = await asUser(harness, (await createUser(harness, 'portal', 'member@portal.example')).email);
});
const rules = {
  ...{ allowPassphrases: false, minPhraseLength: 20, minLength: 8, maxLength: 128, minOptionalTestsToPass: 0, blockPwnedPasswords: false },
};
const get = (path: string, headers: Record<string, string> = {}) => call(harness, 'GET', path, { headers });
const other = (path: string, headers: Record<string, string> = {}) => harness.send({ url: path, headers });

test('the rules for a new password are those that this server keeps, before a login and after it', async () => {
  expect((await get('/users/v1/passwords/config')).json()).toEqual(rules);
  expect((await get('/users/v1/passwords/config?userId=nobody')).json()).toEqual(rules);
  for (const headers of [environment, tenant, admin]) expect((await get('/configurations/v1/password', headers)).json()).toEqual(rules);
  expectRefusal(await get('/configurations/v1/password', member), 403, forbidden);
  const user = { email: 'rules@portal.example', tenantId: 'portal' };
  const create = (password: string) => call(harness, 'POST', '/vendor-only/users/v1', { headers: environment, body: { ...user, password } });
  expect((await create('x'.repeat(rules.minLength - 1))).statusCode).toBe(400);
  expect((await create('x'.repeat(rules.maxLength + 1))).statusCode).toBe(400);
  expect((await create('xqzjvkw '.slice(0, rules.minLength))).statusCode).toBe(201);
});

test('what is not there says so in the words that clients compare', async () => {
  const history = refusal('Password History Policy not found. Policy is disabled');
  for (const headers of [environment, admin]) expectRefusal(await get('/configurations/v1/password-history-policy', headers), 404, history);
  expectRefusal(await get('/tenants/invites/v1/user', admin), 404, refusal('Invitation not found'));
  expectRefusal(await get('/tenants/invites/v1/user', member), 403, forbidden);
  expect((await get('/tenants/invites/v1/configuration', member)).json()).toEqual({ tenantInvitationsAllowed: false, emailsEnabled: true });
  expect((await get('/configurations/sessions/v1', admin)).json()).toEqual({});
  expectRefusal(await get('/configurations/sessions/v1', member), 403, forbidden);
});

test('a member sees the own tenant, which stands alone; the environment names it by the header', async () => {
  for (const headers of [member, tenant]) {
    expect((await other('/tenants/resources/account-settings/v1', headers)).json()).toEqual({ tenantId: 'portal', name: 'Portal Ltd.' });
    expect((await other('/tenants/resources/account-settings/v1/public', headers)).json()).toEqual({ tenantId: 'portal', applicationUrl: '' });
    expect((await other('/tenants/resources/hierarchy/v1', headers)).json()).toEqual([]);
    expect((await other('/frontegg/tenants/resources/hierarchy/v1/parents', headers)).json()).toEqual([]);
    expect((await other('/tenants/resources/hierarchy/v1/tree', headers)).json()).toEqual({
      tenantId: 'portal',
      tenantName: 'Portal Ltd.',
      children: [],
    });
  }
  const required = refusal('frontegg-tenant-id header is required', 'ER-00008');
  expectRefusal(await other('/tenants/resources/account-settings/v1', environment), 403, required);
});

test('the roles that a portal offers are those that its user may give', async () => {
  const roles = [
    { key: 'strong', name: 'Strong', level: 1 },
    { key: 'weak', name: 'Weak', level: 9 },
  ];
  await call(harness, 'POST', '/roles/v1', { headers: tenant, body: roles });
  const reader = { key: 'reader-of-roles', name: 'Reader', level: 5, permissions: await idsOf('fe.secure.read.roles') };
  const [{ id }] = (await call(harness, 'POST', '/roles/v1', { headers: tenant, body: [reader] })).json<[{ id: string }]>();
  const headers = await asUser(harness, (await createUser(harness, 'portal', 'reader@portal.example', { roleIds: [id] })).email);
  const offered = async (as: Record<string, string>) =>
    (await other('/team/resources/roles/v1', as)).json<{ items: { key: string }[] }>().items.map(({ key }) => key);
  expect(await offered(headers)).toEqual(['reader-of-roles', 'weak']);
  expect(await offered(admin)).toEqual(['Admin', 'ReadOnly', 'reader-of-roles', 'strong', 'weak']);
  expectRefusal(await other('/team/resources/roles/v1', member), 403, forbidden);
  await createUserInTenant(harness, 'portal-other');
});

async function idsOf(...keys: string[]): Promise<string[]> {
  const all = (await get('/permissions/v1', environment)).json<{ id: string; key: string }[]>();
  return all.filter(({ key }) => keys.includes(key)).map(({ id }) => id);
}

test('the members of the tenant are read by pages, found and sorted, and an invited one is not activated', async () => {
  const user = await createUser(harness, await createTenant(harness, 'team'), 'ann@team.example', { name: 'Zoe', roleIds: [roleIds.admin] });
  const headers = await asUser(harness, user.email);
  const invited = await createUserInTenant(harness, 'team-elsewhere', { name: 'Ben', phoneNumber: '+491', metadata: '{"a":1}' });
  await joinTenant(harness, invited.email, 'team');
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  await execute(harness, "update memberships set pending = $2 where user_id = $1 and tenant_id = 'team'", [invited.id, yes]);
  const read = async (query: string) => (await other(`/team/resources/members/v1?${query}`, headers)).json();
  const all = await read('pageOffset=0&pageSize=10&sortBy=name&sortDirection=asc');
  expect(all).toMatchObject({ totalItems: 2, totalPages: 1, totals: 2, pages: 1 });
  const [ben, zoe] = all.items;
  expect(ben).toMatchObject({ email: invited.email, activatedForTenant: false, phone: null, metadata: '{}', tenantIds: ['team'], roleIds: [] });
  expect(zoe).toMatchObject({
    ...{ id: user.id, email: user.email, name: 'Zoe', phone: null, profileImage: '', tenantId: 'team', activatedForTenant: true },
    ...{ vendorId: expect.any(String), roleIds: [roleIds.admin], roles: [{ key: 'Admin' }], lastLogin: expect.any(String) },
  });
  expect(await read('pageOffset=1&pageSize=1&sortBy=name&sortDirection=desc')).toMatchObject({ items: [{ name: 'Ben' }], totalPages: 2 });
  expect(await read(`pageSize=1&searchFilter=${encodeURIComponent(invited.email)}`)).toMatchObject({ items: [{ name: 'Ben' }], totalItems: 1 });
  expect((await read('searchFilter=m-elsewhere@acme.example')).items).toMatchObject([{ name: 'Ben' }]);
  expect((await read('searchFilter=zo')).items).toMatchObject([{ name: 'Zoe' }]);
  expect((await read('filter=elsewhere&sortBy=constructor')).items).toMatchObject([{ name: 'Ben' }]);
  expectRefusal(await other('/team/resources/members/v1', member), 403, forbidden);
  expectRefusal(await other('/team/resources/members/v1', tenant), 403, forbidden);
});

test('the members of the tenant are counted, those of the last week apart', async () => {
  const user = await createUser(harness, await createTenant(harness, 'counted'), 'ann@counted.example', { roleIds: [roleIds.readOnly] });
  await createUser(harness, 'counted', 'root@counted.example');
  const yes = harness.config.databaseUrl.startsWith('file:') ? 1 : true;
  await execute(harness, "update users set super_user = $1 where email = 'root@counted.example'", [yes]);
  harness.clock.advance({ seconds: 8 * 86_400 });
  await createUser(harness, 'counted', 'new@counted.example');
  const read = async (headers: Record<string, string>) => other('/team/resources/stats/v1/members', headers);
  expect((await read(await asUser(harness, user.email))).json()).toEqual({ totalItems: 3, addedThisWeek: 1, superAdmins: 1 });
  expectRefusal(await read(await asUser(harness, 'new@counted.example')), 403, forbidden);
});
