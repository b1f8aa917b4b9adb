import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, logIn, password } from '../../support/builders.ts';
import { activate } from '../../support/first-factors.ts';
import { me, refresh } from '../../support/requests.ts';
import { asUser, call, claimsOf, expectEmpty, expectRefusal, forbidden, joinTenant, refusal, unauthorized, userWith } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const notFound = refusal('User not found');
const lockedOut = refusal('User is locked out', 'ER-01034');
const noHeader = refusal('frontegg-tenant-id header is required', 'ER-00008');
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});
const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });
const kindsOf = async (userId: string) =>
  (await harness.app.store.events.list({ userId }, { limit: 50, direction: 'forward', cursor: null })).items.map(({ kind }) => kind);

/** A user in two tenants, with a session in the first. */
async function inTwo(name: string) {
  const user = await createUserInTenant(harness, name);
  const other = await createTenant(harness, `${name}-other`);
  await joinTenant(harness, user.email, other);
  const { accessToken, refreshToken } = (await logIn(harness, user.email)).json<{ accessToken: string; refreshToken: string }>();
  return { ...user, other, accessToken, refreshToken, headers: { authorization: `Bearer ${accessToken}` } };
}

describe('removing a user', () => {
  test('with a tenant header ends the membership and the sessions there; the next login enters another tenant', async () => {
    const user = await inTwo('removed');
    expectEmpty(await call(harness, 'DELETE', `/users/v1/${user.id}`, { headers: inTenant('removed'), body: { userId: user.id } }), 200);
    expect((await me(harness, user.accessToken)).statusCode).toBe(401);
    const again = (await logIn(harness, user.email)).json<{ accessToken: string }>();
    expect(claimsOf(again.accessToken)).toMatchObject({ tenantId: user.other, tenantIds: [user.other] });
    expect(await kindsOf(user.id)).toContain('USER_LEFT_TENANT');
    expectRefusal(await call(harness, 'DELETE', `/users/v1/${user.id}`, { headers: inTenant('removed') }), 404, notFound);
  });

  test('without a header, or from the last tenant, deletes the user, and the address can be used again', async () => {
    for (const last of [false, true]) {
      const user = await createUserInTenant(harness, `deleted-${last}`);
      const headers = last ? inTenant(user.tenantId) : environment;
      expectEmpty(await call(harness, 'DELETE', `/users/v1/${user.id}`, { headers }), 200);
      expect((await logIn(harness, user.email)).json()).toEqual(refusal('Incorrect email or password'));
      expectRefusal(await call(harness, 'DELETE', `/users/v1/${user.id}`, { headers: environment }), 404, notFound);
      const [event] = (
        await harness.app.store.events.list({ userId: user.id, kinds: ['USER_DELETED'] }, { limit: 1, direction: 'forward', cursor: null })
      ).items;
      expect(event?.reason).toMatch(/^address \S{20,}$/);
      expect(event?.reason).not.toContain('@');
      expect((await createUser(harness, user.tenantId, user.email)).id).not.toBe(user.id);
    }
  });

  test('is for members of the own tenant who are no more powerful, and for nobody oneself', async () => {
    const tenantId = await createTenant(harness, 'by-user');
    const removerRole = await createRole(harness, tenantId, 'remover', ['fe.secure.delete.users', 'fe.secure.write.enableDisable']);
    await call(harness, 'PATCH', `/roles/v1/${removerRole}`, { headers: inTenant(tenantId), body: { level: 5 } });
    const remover = await createUser(harness, tenantId, 'remover@acme.example', { roleIds: [removerRole] });
    const member = await createUser(harness, tenantId, 'member@acme.example');
    const boss = await createUser(harness, tenantId, 'boss@acme.example', { roleIds: [roleIds.admin] });
    const stranger = await createUserInTenant(harness, 'by-user-other');
    const headers = await asUser(harness, remover.email);
    for (const [method, path] of [
      ['DELETE', (id: string) => `/users/v1/${id}`],
      ['POST', (id: string) => `/tenants/users/v1/${id}/disable`],
    ] as const) {
      expectRefusal(await call(harness, method, path(remover.id), { headers }), 403, forbidden);
      expectRefusal(await call(harness, method, path(boss.id), { headers }), 403, refusal('Role level is too low'));
      expectRefusal(await call(harness, method, path(stranger.id), { headers }), 404, notFound);
      expectRefusal(await call(harness, method, path(boss.id), { headers: await asUser(harness, member.email) }), 403, forbidden);
    }
    expectEmpty(await call(harness, 'DELETE', `/users/v1/${member.id}`, { headers }), 200);
    expect((await logIn(harness, boss.email)).statusCode).toBe(200);
  });
});

describe('a disabled member', () => {
  test('neither enters the tenant nor is refreshed into it, and is in again once enabled', async () => {
    const user = await inTwo('disabled');
    const path = (act: string) => `/tenants/users/v1/${user.id}/${act}`;
    expectRefusal(await call(harness, 'POST', path('disable'), { headers: environment }), 403, noHeader);
    for (let times = 0; times < 2; times += 1) expectEmpty(await call(harness, 'POST', path('disable'), { headers: inTenant('disabled') }), 200);
    expect((await me(harness, user.accessToken)).statusCode).toBe(401);
    expect((await refresh(harness, user.refreshToken)).statusCode).toBe(401);
    const elsewhere = (await logIn(harness, user.email)).json<{ accessToken: string; refreshToken: string }>();
    expect(claimsOf(elsewhere.accessToken)).toMatchObject({ tenantId: user.other, tenantIds: [user.other] });
    expect((await call(harness, 'GET', `/users/v1/${user.id}`, { headers: inTenant('disabled') })).json()).toMatchObject({
      tenants: expect.arrayContaining([expect.objectContaining({ tenantId: 'disabled', isDisabled: true })]),
    });
    expectEmpty(await call(harness, 'POST', `/tenants/users/v1/${user.id}/disable`, { headers: inTenant(user.other) }), 200);
    expectRefusal(await logIn(harness, user.email), 401, lockedOut);
    expectEmpty(await call(harness, 'POST', path('enable'), { headers: inTenant('disabled') }), 200);
    expect(claimsOf((await logIn(harness, user.email)).json<{ accessToken: string }>().accessToken)).toMatchObject({ tenantId: 'disabled' });
    expect((await kindsOf(user.id)).filter((kind) => kind === 'USER_DISABLED')).toHaveLength(2);
  });
});

describe('a membership that ends by itself', () => {
  test('is refused from that moment on, is removed by the next cleanup, and can be made permanent before', async () => {
    const user = await inTwo('temporary');
    const path = `/users/temporary/v1/${user.id}`;
    const answer = await call(harness, 'PUT', path, { headers: inTenant('temporary'), body: { expirationInSeconds: 300 } });
    expect([answer.statusCode, answer.json()]).toEqual([201, { expirationInSeconds: 300 }]);
    expect((await me(harness, user.accessToken)).statusCode).toBe(200);
    harness.clock.advance({ seconds: 300 });
    expect((await me(harness, user.accessToken)).statusCode).toBe(401);
    await harness.app.cleanup.run();
    expect((await harness.app.store.users.memberships([user.id])).map(({ tenantId }) => tenantId)).toEqual([user.other]);
    environment = await asEnvironment(harness);
    await call(harness, 'PUT', path, { headers: inTenant(user.other), body: { expirationInSeconds: 300 } });
    expectEmpty(await call(harness, 'DELETE', path, { headers: inTenant(user.other) }), 200);
    harness.clock.advance({ seconds: 301 });
    expect((await logIn(harness, user.email)).statusCode).toBe(200);
  });

  test('cannot be set while the environment allows none, nor for less than five minutes', async () => {
    const user = await createUserInTenant(harness, 'no-temporary');
    const configuration = '/users/temporary/v1/configuration';
    const set = (seconds: number) =>
      call(harness, 'PUT', `/users/temporary/v1/${user.id}`, { headers: inTenant('no-temporary'), body: { expirationInSeconds: seconds } });
    expect((await set(299)).statusCode).toBe(400);
    expect((await call(harness, 'GET', configuration, { headers: environment })).json()).toEqual({ enabled: true });
    expect((await call(harness, 'PUT', configuration, { headers: environment, body: { enabled: false } })).json()).toEqual({ enabled: false });
    expectRefusal(await set(300), 403, forbidden);
    await call(harness, 'PUT', configuration, { headers: environment, body: { enabled: true } });
  });
});

describe('tenants of a user', () => {
  test('are joined with the default roles, once, and unknown ones are refused whatever the body says', async () => {
    const user = await createUserInTenant(harness, 'joins');
    const tenantId = await createTenant(harness, 'joins-other');
    const join = (to: string) => call(harness, 'POST', `/users/v1/${user.id}/tenant`, { headers: environment, body: { tenantId: to } });
    for (let times = 0; times < 2; times += 1) expect((await join(tenantId)).statusCode).toBe(201);
    expect((await join(tenantId)).json()).toMatchObject({ tenantIds: ['joins', tenantId] });
    expectRefusal(await join('nowhere'), 404, refusal('Tenant not found'));
    expect((await kindsOf(user.id)).filter((kind) => kind === 'USER_JOINED_TENANT')).toHaveLength(1);
  });

  test('one of them is entered by the next login, if the user is a member', async () => {
    const user = await inTwo('active');
    const set = (to: string) => call(harness, 'PUT', `/users/v1/${user.id}/tenant`, { headers: environment, body: { tenantId: to } });
    expect((await set(user.other)).json()).toMatchObject({ tenantId: user.other });
    expect(claimsOf((await logIn(harness, user.email)).json<{ accessToken: string }>().accessToken)).toMatchObject({ tenantId: user.other });
    expectRefusal(await set(await createTenant(harness, 'active-no')), 403, forbidden);
    expectRefusal(await set('nowhere'), 404, refusal('Tenant not found'));
  });

  test('all members move: roles of the source are lost, those of the environment stay, and who is in both keeps the target', async () => {
    const [from, to] = [await createTenant(harness, 'move-from'), await createTenant(harness, 'move-to')];
    const own = await createRole(harness, from, 'own', ['fe.secure.read.users']);
    const alone = await createUser(harness, from, 'alone@move.example', { roleIds: [own, roleIds.readOnly] });
    const both = await createUser(harness, from, 'both@move.example', { roleIds: [roleIds.readOnly] });
    await joinTenant(harness, both.email, to, { roleIds: [roleIds.admin] });
    const body = { srcTenantId: from, targetTenantId: to };
    expectEmpty(await call(harness, 'PUT', '/users/v1/tenants/migrate', { headers: environment, body }), 200);
    const memberships = await harness.app.store.users.membershipsWithRoles([alone.id, both.id]);
    expect(memberships.map(({ userId, tenantId, roleIds: held }) => [userId, tenantId, held]).sort()).toEqual(
      [
        [alone.id, to, [roleIds.readOnly]],
        [both.id, to, [roleIds.admin]],
      ].sort(),
    );
    expect(claimsOf((await logIn(harness, alone.email)).json<{ accessToken: string }>().accessToken)).toMatchObject({ tenantId: to });
    const same = { srcTenantId: to, targetTenantId: to };
    expect((await call(harness, 'PUT', '/users/v1/tenants/migrate', { headers: environment, body: same })).statusCode).toBe(400);
  });

  test('a token for another one is of the same session, and is refused where the tenant would ask for a factor', async () => {
    const user = await inTwo('token');
    const token = (tenantId: string) => call(harness, 'POST', '/users/v3/me/token', { headers: user.headers, body: { tenantId } });
    const answer = await token(user.other);
    expect(answer.statusCode, answer.body).toBe(201);
    const { accessToken } = answer.json<{ accessToken: string }>();
    expect(claimsOf(accessToken)).toMatchObject({ tenantId: user.other, sid: claimsOf(user.accessToken).sid });
    expect((await me(harness, accessToken)).json()).toMatchObject({ tenantId: user.other });
    expectRefusal(await token(await createTenant(harness, 'token-foreign')), 403, forbidden);
    const policy = { headers: inTenant(user.other), body: { enforceMFAType: 'Force' } };
    expect((await call(harness, 'POST', '/configurations/v1/mfa-policy', policy)).statusCode).toBe(201);
    expectRefusal(await token(user.other), 401, refusal('Step-up required'));
  });
});

describe('a user', () => {
  test('changes the own profile and nothing else, whatever else the body has', async () => {
    const user = await userWith(harness, 'profile', null);
    const whole = (await me(harness, user.headers.authorization?.slice(7) ?? '')).json<Record<string, unknown>>();
    const body = { ...whole, name: 'Nora', metadata: '{"jobTitle":"Boss"}', mfaBypass: true, verified: false, roles: [], vendorMetadata: '{"a":1}' };
    const answer = await call(harness, 'PUT', '/users/v2/me', { headers: user.headers, body });
    expect(answer.statusCode, answer.body).toBe(200);
    expect(answer.json()).toMatchObject({ name: 'Nora', metadata: '{"jobTitle":"Boss"}', mfaBypass: false, verified: true, vendorMetadata: '{}' });
    expectRefusal(await call(harness, 'PUT', '/users/v2/me', { headers: user.headers, body: {} }), 400, refusal('Missing parameters to update'));
    const named = { ...inTenant('profile'), 'frontegg-user-id': user.id };
    expect((await call(harness, 'PUT', '/users/v1', { headers: named, body: { name: 'Nils' } })).json()).toMatchObject({ name: 'Nils' });
    expectRefusal(
      await call(harness, 'PUT', '/users/v1', { headers: environment, body: { name: 'x' } }),
      403,
      refusal('frontegg-user-id header is required', 'ER-00008'),
    );
  });

  test('has flags that are shown where they are set, and a claim, and opens no tenant by them', async () => {
    const user = await createUserInTenant(harness, 'flags');
    for (const [path, field] of [
      ['superuser', 'superUser'],
      ['invisible', 'invisible'],
    ] as const) {
      const answer = await call(harness, 'PUT', `/users/v1/${user.id}/${path}`, { headers: environment, body: { [field]: true } });
      expect(answer.json()).toMatchObject({ [field]: true });
      expect((await call(harness, 'PUT', `/users/v1/${user.id}/${path}`, { headers: environment, body: {} })).statusCode).toBe(400);
    }
    const { accessToken } = (await logIn(harness, user.email)).json<{ accessToken: string }>();
    expect(claimsOf(accessToken)).toMatchObject({ superUser: true, tenantIds: ['flags'] });
    const off = await call(harness, 'PUT', `/users/v1/${user.id}/invisible`, { headers: environment, body: { invisible: false } });
    expect(off.json()).not.toHaveProperty('invisible');
    expect((await kindsOf(user.id)).filter((kind) => kind === 'USER_FLAG_SET')).toHaveLength(3);
  });

  test('gets another address, both of which are told, and the old one opens nothing more', async () => {
    const user = await createUserInTenant(harness, 'address');
    const other = await createUserInTenant(harness, 'address-taken');
    const change = (email: string) => call(harness, 'PUT', `/users/v1/${user.id}/email`, { headers: environment, body: { email } });
    expectRefusal(await change(other.email.toUpperCase()), 409, refusal('User already exists'));
    expect((await change('Moved@Acme.example')).json()).toMatchObject({ email: 'Moved@Acme.example', verified: true });
    await harness.app.outbox.flush();
    // Both were queued at the same moment, so either may be sent first.
    const told = harness.notices.filter(({ kind }) => kind === 'EMAIL_CHANGED').map(({ to }) => to);
    expect(told.sort()).toEqual([user.email, 'Moved@Acme.example'].sort());
    expect((await logIn(harness, user.email)).statusCode).toBe(401);
    expect((await logIn(harness, 'moved@acme.example')).statusCode).toBe(200);
  });

  test('has a password that an operator can check, which counts for the lockout and opens nothing', async () => {
    const user = await createUserInTenant(harness, 'checked');
    const verify = (value: string) =>
      call(harness, 'POST', '/vendor-only/users/v1/passwords/verify', { headers: environment, body: { email: user.email, password: value } });
    expect((await verify(password)).json()).toBe(true);
    const lockout = { headers: inTenant('checked'), body: { enabled: true, maxAttempts: 2 } };
    expect((await call(harness, 'POST', '/configurations/v1/lockout-policy', lockout)).statusCode).toBe(201);
    for (let times = 0; times < 2; times += 1) expect((await verify('wrong')).json()).toBe(false);
    expect((await verify(password)).json()).toBe(false);
    expectRefusal(await logIn(harness, user.email), 401, lockedOut);
    expectRefusal(
      await call(harness, 'POST', '/vendor-only/users/v1/passwords/verify', { body: { email: 'a@b.example', password: 'x' } }),
      401,
      unauthorized,
    );
  });

  test('sets a new password by a link that an operator makes', async () => {
    const user = await createUserInTenant(harness, 'link');
    const path = `/users/v1/${user.id}/links/generate-password-reset-token`;
    const { link, token, userId } = (await call(harness, 'POST', path, { headers: environment })).json<Record<'link' | 'token' | 'userId', string>>();
    expect(new URL(link).searchParams.get('token')).toBe(token);
    expect(userId).toBe(user.id);
    expect((await activate(harness, { userId, token })).statusCode).toBe(400);
    const body = { userId, token, password: 'another password' };
    expect((await call(harness, 'POST', '/users/v1/passwords/reset/verify', { body })).statusCode).toBe(201);
    expect((await call(harness, 'POST', '/users/v1/passwords/reset/verify', { body })).statusCode).toBe(400);
  });
});
