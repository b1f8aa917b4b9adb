import { beforeAll, expect, test } from 'vitest';
import type { TestUser } from '../../support/builders.ts';
import { asEnvironment, createTenant, createUser, createUserInTenant, expectStatus } from '../../support/builders.ts';
import { audited, execute, query } from '../../support/database.ts';
import { loggedIn, refresh } from '../../support/requests.ts';
import {
  asUser,
  call,
  claimsOf,
  expectEmpty,
  expectRefusal,
  faults,
  forbidden,
  isoTime,
  joinTenant,
  refusal,
  unauthorized,
} from '../../support/rest.ts';
import { useHarness } from '../../support/use-harness.ts';

/** What clients who expect several applications are told about the one that there is. */
const harness = useHarness();
let environment: Record<string, string>;
let appId: string;
let one: TestUser;
let two: TestUser;
let elsewhere: TestUser;
beforeAll(async () => {
  environment = await asEnvironment(harness);
  await createTenant(harness, 'app');
  one = await createUser(harness, 'app', 'one@app.example');
  two = await createUser(harness, 'app', 'two@app.example');
  elsewhere = await createUserInTenant(harness, 'app-other');
  appId = (await call(harness, 'GET', '/configurations/v1', { headers: environment })).json<{ id: string }>().id;
});
const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });
const get = (path: string, headers: Record<string, string> = environment) => call(harness, 'GET', path, { headers });
const noApplication = refusal('Application not found');
const noUser = refusal('User not found');
const noTenant = refusal('Tenant not found');

test('every user of the environment is a user of the one application, which has the id of the environment', async () => {
  const all = (await get(`/applications/v1/${appId}/users`)).json<string[]>();
  expect(all).toEqual(expect.arrayContaining([one.id, two.id, elsewhere.id]));
  expect((await get(`/applications/v1/${appId.toUpperCase()}/users`)).json()).toEqual(all);
  // Both were created at the same moment, so their ids decide the order.
  expect((await get(`/applications/v1/${appId}/users`, inTenant('app'))).json()).toEqual([one.id, two.id].sort());
  for (const id of ['unknown', one.id, '__proto__']) expectRefusal(await get(`/applications/v1/${id}/users`), 404, noApplication, id);
  expectRefusal(await get(`/applications/v1/${appId}/users`, await asUser(harness, one.email)), 403, forbidden);
  expectRefusal(await get(`/applications/v1/${appId}/users`, {}), 401, unauthorized);
});

test('a large environment is read in parts, and nobody is left out or named twice', async () => {
  const [row] = await query(harness, 'select * from users where id = $1', [one.id]);
  const columns = Object.keys(row ?? {});
  const id = `'00000000-0000-4000-8000-' || i`;
  const values = columns.map((column) => (column === 'id' ? id : /^email/.test(column) ? `${id} || '@crowd.example'` : column));
  await execute(
    harness,
    `with recursive n(i) as (select 100000000001 union all select i + 1 from n where i < 100000002000)
     insert into users (${columns.join()}) select ${values.join()} from users, n where id = $1`,
    [one.id],
  );
  const all = (await get(`/applications/v1/${appId}/users`)).json<string[]>();
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((id) => id.startsWith('00000000-'))).toHaveLength(2_000);
});

test('a user has the one application, and reads no other user', async () => {
  const headers = await asUser(harness, one.email);
  for (const as of [environment, inTenant('app'), headers]) expect((await get(`/applications/v1/${one.id}/apps`, as)).json()).toEqual([appId]);
  expectRefusal(await get(`/applications/v1/${two.id}/apps`, headers), 404, noUser);
  expectRefusal(await get(`/applications/v1/${elsewhere.id}/apps`, inTenant('app')), 404, noUser);
  expectRefusal(await get('/applications/v1/unknown/apps'), 404, noUser);
  expectRefusal(await get(`/applications/v1/${one.id}/apps`, {}), 401, unauthorized);
});

test('to give the application to members changes nothing and says when they joined; others are refused', async () => {
  const command = { appId, tenantId: 'app', userIds: [two.id, one.id, two.id] };
  const assign = (body: object, headers = environment) => call(harness, 'POST', '/applications/v1', { headers, body });
  const answer = await assign(command);
  expect(answer.statusCode, answer.body).toBe(201);
  const entry = ({ id }: TestUser) => ({ appId, userTenantId: `${id}:app`, createdAt: expect.stringMatching(isoTime) });
  expect(answer.json()).toEqual([entry(two), entry(one)]);
  const { appId: _appId, ...members } = command;
  const older = await call(harness, 'POST', `/applications/v1/${appId}/users`, { headers: environment, body: members });
  expect([older.statusCode, older.json()]).toEqual([201, answer.json()]);
  expect((await assign(command, inTenant('app'))).json()).toEqual(answer.json());

  expectRefusal(await assign({ ...command, appId: 'unknown' }), 404, noApplication);
  expectRefusal(await assign({ ...command, tenantId: 'unknown' }), 404, noTenant);
  expectRefusal(await assign({ ...command, userIds: [one.id, elsewhere.id] }), 404, noUser);
  expectRefusal(await assign(command, inTenant('app-other')), 403, forbidden);
  expectRefusal(await assign({ ...command, userIds: [] }), 400, faults('userIds must not be less than 1'));
  expectRefusal(await assign({ ...command, userIds: Array(201).fill(one.id) }), 400, faults('userIds must not be greater than 200'));
  expectRefusal(await assign(command, await asUser(harness, one.email)), 403, forbidden);
  expect(await audited(harness, one.id, 'REQUEST_REFUSED')).toBe(0);
});

test('nobody is taken from the only application', async () => {
  const body = { appId, tenantId: 'app', userIds: [one.id] };
  const answer = await call(harness, 'DELETE', '/applications/v1', { headers: environment, body });
  expectRefusal(answer, 501, refusal('Removal from the only application is not supported by this server'));
  expect((await get(`/applications/v1/${one.id}/apps`)).json()).toEqual([appId]);
});

test('the active tenant of a user is the one that the next login enters', async () => {
  const active = (headers: Record<string, string>) => get('/applications/user-tenants/active/v1', headers);
  const inApp = { applicationActiveTenants: [{ tenantId: 'app', applicationId: appId }] };
  const named = (user: TestUser, as = environment) => ({ ...as, 'frontegg-user-id': user.id });
  expect((await active(named(one))).json()).toEqual(inApp);
  expect((await active(await asUser(harness, one.email))).json()).toEqual(inApp);
  await joinTenant(harness, one.email, 'app-other');
  const { refreshToken } = await loggedIn(harness, one.email);
  expectStatus(await refresh(harness, refreshToken, { body: { tenantId: 'app-other' } }), 200);
  expect((await active(named(one))).json()).toEqual({ applicationActiveTenants: [{ tenantId: 'app-other', applicationId: appId }] });
  expectRefusal(await active(environment), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
  expectRefusal(await active(named(elsewhere, inTenant('app'))), 404, noUser);
  expectRefusal(await active({}), 401, unauthorized);
});

test('the active tenant is chosen by the operator for the next login, and by the user for the next refresh', async () => {
  const user = await createUser(harness, 'app', 'chooser@app.example');
  await joinTenant(harness, user.email, 'app-other');
  const named = { ...environment, 'frontegg-user-id': user.id };
  const choose = (tenantId: string, headers: Record<string, string> = named, applicationId = appId) =>
    call(harness, 'PUT', '/applications/user-tenants/active/v1', { headers, body: { activeApplicationTenants: [{ applicationId, tenantId }] } });
  const active = async () => (await get('/applications/user-tenants/active/v1', named)).json().applicationActiveTenants[0].tenantId;
  expectEmpty(await choose('app-other'), 200);
  expect(await active()).toBe('app-other');
  const { accessToken, refreshToken } = await loggedIn(harness, user.email);
  expect(claimsOf(accessToken).tenantId).toBe('app-other');
  const own = { authorization: `Bearer ${accessToken}` };
  expectEmpty(await choose('app', own), 200);
  expect(claimsOf((await refresh(harness, refreshToken)).json<{ accessToken: string }>().accessToken).tenantId).toBe('app');
  expect(await active()).toBe('app');

  await createTenant(harness, 'app-foreign');
  for (const headers of [named, own]) {
    expectRefusal(await choose('app-foreign', headers), 403, forbidden);
    expectRefusal(await choose('app-other', headers, 'unknown'), 404, noApplication);
  }
  expectRefusal(await choose('unknown'), 404, noTenant);
  expectRefusal(await choose('unknown', own), 403, forbidden);
  expectRefusal(await choose('app', environment), 403, refusal('frontegg-user-id header is required', 'ER-00008'));
  expectRefusal(await choose('app', {}), 401, unauthorized);
  for (const entries of [[], [1, 2].map(() => ({ applicationId: appId, tenantId: 'app' }))]) {
    const answer = await call(harness, 'PUT', '/applications/user-tenants/active/v1', {
      headers: named,
      body: { activeApplicationTenants: entries },
    });
    expect(answer.statusCode).toBe(400);
  }
  expect(await active()).toBe('app');
});
