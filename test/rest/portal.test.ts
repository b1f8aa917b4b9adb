import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createTenant, createUser, createUserInTenant } from '../support/builders.ts';
import { asUser, call, expectRefusal, forbidden, refusal } from '../support/rest.ts';
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
  expect((await create('x'.repeat(rules.minLength))).statusCode).toBe(201);
});

test('what is not there says so in the words that clients compare', async () => {
  const absent = (text: string) => refusal(text, 'ER-00004');
  const history = absent('Password History Policy not found. Policy is disabled');
  for (const headers of [environment, admin]) expectRefusal(await get('/configurations/v1/password-history-policy', headers), 404, history);
  expect((await get('/configurations/v1/captcha-policy/public')).json()).toEqual({ siteKey: '', enabled: false });
  expectRefusal(await get('/tenants/invites/v1/user', admin), 404, absent('Invitation not found'));
  expectRefusal(await get('/tenants/invites/v1/user', member), 403, forbidden);
  expect((await get('/tenants/invites/v1/configuration', member)).json()).toEqual({ tenantInvitationsAllowed: false, emailsEnabled: false });
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
  const offered = async (as: Record<string, string>) => (await other('/team/resources/roles/v1', as)).json<{ key: string }[]>().map(({ key }) => key);
  expect(await offered(headers)).toEqual(['reader-of-roles', 'weak']);
  expect(await offered(admin)).toEqual(['Admin', 'ReadOnly', 'reader-of-roles', 'strong', 'weak']);
  expectRefusal(await other('/team/resources/roles/v1', member), 403, forbidden);
  await createUserInTenant(harness, 'portal-other');
});

async function idsOf(...keys: string[]): Promise<string[]> {
  const all = (await get('/permissions/v1', environment)).json<{ id: string; key: string }[]>();
  return all.filter(({ key }) => keys.includes(key)).map(({ id }) => id);
}
