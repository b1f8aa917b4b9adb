import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, logIn, password } from '../../support/builders.ts';
import { activate } from '../../support/first-factors.ts';
import { asUser, call, claimsOf, expectEmpty, expectRefusal, faults, forbidden, refusal } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const invalidToken = refusal('Invalid token');
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});
const inTenant = (tenantId: string) => ({ ...environment, 'frontegg-tenant-id': tenantId });

/** What the newest mail with a link to an address carries. */
async function mailedLink(email: string, template: 'ACTIVATION' | 'INVITATION') {
  await harness.app.outbox.flush();
  const message = harness.mail.findLast((candidate) => candidate.to === email && candidate.template === template);
  const link = message !== undefined && 'link' in message ? message.link : '';
  const { searchParams, pathname } = new URL(link === '' ? 'https://no.link.example' : link);
  return { userId: searchParams.get('userId') ?? '', token: searchParams.get('token') ?? '', pathname };
}
const mailsTo = async (email: string) => {
  await harness.app.outbox.flush();
  return harness.mail.filter(({ to }) => to === email).map(({ template }) => template);
};
const invite = (headers: Record<string, string>, body: object) => call(harness, 'POST', '/users/v2', { headers, body });
const accept = (body: object) => call(harness, 'POST', '/users/v1/invitation/accept', { body });

/** A tenant with somebody who may invite, and nothing more. */
async function inviter(name: string, level?: number) {
  const tenantId = await createTenant(harness, name);
  const role = await createRole(harness, tenantId, 'inviter', [
    'fe.secure.read.users',
    'fe.secure.write.users',
    'fe.secure.write.resendActivationEmail',
  ]);
  if (level !== undefined) await call(harness, 'PATCH', `/roles/v1/${role}`, { headers: inTenant(tenantId), body: { level } });
  const user = await createUser(harness, tenantId, `inviter@${name}.example`, { roleIds: [role] });
  return { tenantId, headers: await asUser(harness, user.email) };
}

describe('an operator', () => {
  test('creates a user who activates by the mailed link, or vouches for the address with skipInviteEmail', async () => {
    const tenantId = await createTenant(harness, 'operator');
    const mailed = await invite(inTenant(tenantId), { email: 'mailed@acme.example', password, provider: 'local', expirationInSeconds: 600 });
    expect(mailed.statusCode, mailed.body).toBe(201);
    expect(mailed.json()).toMatchObject({ verified: false, activatedForTenant: false, tenantId, temporaryExpirationDate: expect.any(String) });
    const { pathname, ...link } = await mailedLink('mailed@acme.example', 'ACTIVATION');
    expect(pathname).toBe('/oauth/account/activate');
    const strategy = await call(harness, 'GET', `/users/v1/activate/strategy?${new URLSearchParams(link)}`);
    expect(strategy.json()).toEqual({ shouldSetPassword: false });
    expect((await activate(harness, link)).statusCode).toBe(200);
    expectRefusal(await call(harness, 'GET', `/users/v1/activate/strategy?${new URLSearchParams(link)}`), 400, invalidToken);
    const vouched = await call(harness, 'POST', '/users/v1', {
      headers: inTenant(tenantId),
      body: { email: 'vouched@acme.example', password, skipInviteEmail: true },
    });
    expect(vouched.json()).toMatchObject({ verified: true });
    expect(await mailsTo('vouched@acme.example')).toEqual([]);
    expect((await logIn(harness, 'vouched@acme.example')).statusCode).toBe(200);
    expectRefusal(await invite(inTenant(tenantId), { email: 'vouched@acme.example' }), 409, refusal('User already exists'));
  });
});

describe('a user who may invite', () => {
  test('creates a stranger without a password, and mails again as long as the account is not activated', async () => {
    const { tenantId, headers } = await inviter('invites-new');
    expectRefusal(await invite(headers, { email: 'new@acme.example', password }), 400, faults('password is not allowed here'));
    const whole = {
      email: 'new@acme.example',
      name: 'Nora',
      provider: 'local',
      mfaBypass: true,
      vendorMetadata: '{"a":1}',
      externalId: 'x',
      verified: true,
    };
    const created = await invite(headers, whole);
    expect(created.statusCode, created.body).toBe(201);
    const [user] = await harness.app.store.users.findMany([created.json<{ id: string }>().id]);
    expect(user).toMatchObject({ name: 'Nora', verified: false, mfaBypass: false, vendorMetadata: '{}', externalId: null, activeTenantId: tenantId });
    expect((await invite(headers, { email: 'new@acme.example', provider: 'local' })).statusCode).toBe(201);
    expect(await mailsTo('new@acme.example')).toEqual(['ACTIVATION', 'ACTIVATION']);
    const { pathname: _, ...link } = await mailedLink('new@acme.example', 'ACTIVATION');
    expect((await activate(harness, { ...link, password })).statusCode).toBe(200);
    expectRefusal(await invite(headers, { email: 'new@acme.example' }), 409, refusal('User already exists'));
  });

  test('invites somebody with an account, who joins only by accepting and of whom nothing is shown before', async () => {
    const { tenantId, headers } = await inviter('invites-known');
    const known = await createUserInTenant(harness, 'known', { phoneNumber: '+4915112345678', metadata: '{"own":1}' });
    const invited = await invite(headers, { email: known.email, roleIds: [] });
    expect(invited.statusCode, invited.body).toBe(201);
    expect(invited.json()).toMatchObject({ id: known.id, activatedForTenant: false, phoneNumber: null, metadata: '{}' });
    expect(claimsOf((await logIn(harness, known.email)).json<{ accessToken: string }>().accessToken)).toMatchObject({ tenantIds: ['known'] });
    const { pathname, ...link } = await mailedLink(known.email, 'INVITATION');
    expect(pathname).toBe('/oauth/account/invitation/accept');
    expectRefusal(await accept({ ...link, userId: 'somebody-else' }), 400, invalidToken);
    expectEmpty(await accept(link), 201);
    expectRefusal(await accept(link), 400, invalidToken);
    const { accessToken } = (await logIn(harness, known.email)).json<{ accessToken: string }>();
    expect(claimsOf(accessToken)).toMatchObject({ tenantId: 'known', tenantIds: expect.arrayContaining(['known', tenantId]) });
    expect(await harness.app.store.events.count({ userId: known.id, kinds: ['INVITATION_CREATED', 'INVITATION_ACCEPTED'] })).toBe(2);
  });

  test('does not learn whose further address it is that somebody has', async () => {
    const { headers } = await inviter('invites-alias');
    const known = await createUserInTenant(harness, 'alias');
    const body = { email: 'alias.private@acme.example', isVerified: true };
    expect((await call(harness, 'POST', `/users/emails/v1/vendor/${known.id}`, { headers: environment, body })).statusCode).toBe(201);
    expectRefusal(await invite(headers, { email: body.email }), 409, refusal('User already exists'));
    expect(await harness.app.store.users.memberships([known.id])).toHaveLength(1);
    expect(await mailsTo(known.email)).toEqual([]);
  });

  test('gives no role that is more powerful than the own ones, and invites into no other tenant', async () => {
    const { headers } = await inviter('invites-level', 5);
    expectRefusal(await invite(headers, { email: 'strong@acme.example', roleIds: [roleIds.admin] }), 403, refusal('Role level is too low'));
    expect((await logIn(harness, 'strong@acme.example')).statusCode).toBe(401);
    const other = await createTenant(harness, 'invites-level-other');
    expectRefusal(await invite({ ...headers, 'frontegg-tenant-id': other }, { email: 'strong@acme.example' }), 403, forbidden);
    const plain = await createUserInTenant(harness, 'invites-plain');
    expectRefusal(await invite(await asUser(harness, plain.email), { email: 'strong@acme.example' }), 403, forbidden);
  });

  test('loses an invitation that an operator accepts for the user, or that ends with the tenant', async () => {
    const { tenantId, headers } = await inviter('invites-lost');
    const known = await createUserInTenant(harness, 'lost');
    await invite(headers, { email: known.email });
    expect((await invite(inTenant(tenantId), { email: known.email })).statusCode).toBe(201);
    const { pathname: _, ...link } = await mailedLink(known.email, 'INVITATION');
    expectRefusal(await accept(link), 400, invalidToken);
    const open = await harness.app.store.users.openMemberships(known.id, harness.clock.now());
    expect(open.map((membership) => membership.tenantId).sort()).toEqual([tenantId, 'lost'].sort());
  });
});

describe('links again', () => {
  test('strangers get the same answer whether or not somebody waits, and only who waits gets a mail', async () => {
    const tenantId = await createTenant(harness, 'again');
    await invite(inTenant(tenantId), { email: 'waits@acme.example' });
    const active = await createUser(harness, tenantId, 'active@acme.example');
    for (const email of ['waits@acme.example', active.email, 'nobody@acme.example']) {
      expectEmpty(await call(harness, 'POST', '/users/v1/activate/reset', { body: { email } }), 201);
      expectEmpty(await call(harness, 'POST', '/users/v1/invitation/reset', { body: { email } }), 200);
    }
    expect(await mailsTo('waits@acme.example')).toEqual(['ACTIVATION', 'ACTIVATION', 'ACTIVATION']);
    expect(await mailsTo(active.email)).toEqual([]);
    expect(await mailsTo('nobody@acme.example')).toEqual([]);
  });

  test('an operator gets the link, and a user of another tenant causes no mail', async () => {
    const tenantId = await createTenant(harness, 'again-operator');
    await invite(inTenant(tenantId), { email: 'linked@acme.example' });
    const body = { email: 'linked@acme.example' };
    const answer = await call(harness, 'POST', '/users/v1/invitation/reset', { headers: inTenant(tenantId), body });
    const { link, token, userId } = answer.json<Record<'link' | 'token' | 'userId', string>>();
    expect(new URL(link).searchParams.get('token')).toBe(token);
    expect((await activate(harness, { userId, token, password })).statusCode).toBe(200);
    expectRefusal(
      await call(harness, 'POST', '/users/v1/invitation/reset/all', { headers: inTenant(tenantId), body }),
      404,
      refusal('User not found'),
    );
    await invite(inTenant(tenantId), { email: 'foreign@acme.example' });
    const { headers } = await inviter('again-foreign');
    expectEmpty(await call(harness, 'POST', '/users/v1/invitation/reset', { headers, body: { email: 'foreign@acme.example' } }), 200);
    expect(await mailsTo('foreign@acme.example')).toEqual(['ACTIVATION']);
  });

  test('a code that was never mailed is not right', async () => {
    const body = { userId: 'x', token: 'x', code: '123456' };
    for (const path of ['/users/v1/activate/code', '/users/v1/invitation/accept/code']) {
      expectRefusal(await call(harness, 'POST', path, { body }), 400, refusal('Invalid code', 'ER-01011'));
    }
  });
});

describe('sign-up', () => {
  const signUp = (body: object) => call(harness, 'POST', '/users/v1/signUp', { body: { companyName: 'Acme', ...body } });
  const setting = (body: object) => call(harness, 'POST', '/configurations/v1', { headers: environment, body });

  test('is off until the operator allows it, and then says so to whoever asks', async () => {
    expectRefusal(await signUp({ email: 'early@acme.example' }), 403, refusal('Sign up is disabled'));
    expect((await setting({ allowSignups: true })).json()).toMatchObject({ allowSignups: true, allowNotVerifiedUsersLogin: false });
    expect((await call(harness, 'GET', '/configurations/v1/public')).json()).toMatchObject({ allowSignups: true });
    expect((await call(harness, 'GET', '/configurations/v1/sign-up/strategies')).json()).toContainEqual({
      ...{ strategy: 'email', isActive: true, isRequired: true },
    });
  });

  test('creates a tenant and its first user, who activates by the mailed link; a known address gets the same answer and a notice', async () => {
    const answer = await signUp({ email: 'owner@acme.example', password, name: 'Olga' });
    expect(answer.statusCode, answer.body).toBe(201);
    const { shouldActivate, userId, tenantId, ...rest } = answer.json<{ shouldActivate: boolean; userId: string; tenantId: string }>();
    expect([shouldActivate, rest]).toEqual([true, {}]);
    expect(await harness.app.store.tenants.find(tenantId)).toMatchObject({ name: 'Acme' });
    const { pathname: _, ...link } = await mailedLink('owner@acme.example', 'ACTIVATION');
    expect(link.userId).toBe(userId);
    expect((await activate(harness, link)).statusCode).toBe(200);
    const again = (await signUp({ email: 'Owner@acme.example', password })).json<Record<string, unknown>>();
    expect(Object.keys(again).sort()).toEqual(['shouldActivate', 'tenantId', 'userId']);
    expect(await harness.app.store.tenants.find(String(again.tenantId))).toBeNull();
    expect(await mailsTo('owner@acme.example')).toEqual(['ACTIVATION']);
    expect(harness.notices.map(({ kind, to }) => [kind, to])).toContainEqual(['SIGN_UP_ATTEMPTED', 'owner@acme.example']);
    expectRefusal(await signUp({ email: 'owner@acme.example', invitationToken: 'x' }), 404, refusal('Invitation not found'));
  });

  test('with a username, which is another name to log in by and belongs to one person', async () => {
    const named = (body: object) => call(harness, 'POST', '/users/v1/signUp/username', { body: { companyName: 'Acme', password, ...body } });
    const answer = await named({ email: 'named@acme.example', username: 'Nora.Named' });
    expect(answer.statusCode, answer.body).toBe(201);
    const { pathname: _, ...link } = await mailedLink('named@acme.example', 'ACTIVATION');
    expect(await harness.app.store.events.count({ userId: link.userId, kinds: ['USERNAME_SET'] })).toBe(1);
    expect((await activate(harness, link)).statusCode).toBe(200);
    expect((await call(harness, 'POST', '/auth/v1/user', { body: { username: 'nora.named', password } })).statusCode).toBe(200);
    for (const email of ['named@acme.example', 'named.again@acme.example']) {
      expectRefusal(await named({ email, username: 'nora.NAMED' }), 409, refusal('Username already exists'));
    }
    const must = 'username must have at most 255 letters of a to z, digits, dots, underscores and hyphens';
    expectRefusal(await named({ email: 'x@acme.example', username: 'no name' }), 400, faults(must));
    expectRefusal(await named({ username: 'mail.less' }), 400, faults('email should not be empty'));
  });

  test('logs in where unverified users may, through the same gate as every login, and tells who is known', async () => {
    await setting({ allowNotVerifiedUsersLogin: true });
    const opened = (await signUp({ email: 'fast@acme.example', password })).json();
    expect(opened).toMatchObject({ shouldActivate: false, authResponse: { accessToken: expect.any(String), mfaRequired: false } });
    expectRefusal(await signUp({ email: 'fast@acme.example', password }), 409, refusal('User already exists'));
    await call(harness, 'POST', '/configurations/v1/mfa-policy', { headers: environment, body: { enforceMFAType: 'Force' } });
    const gated = (await signUp({ email: 'gated@acme.example', password })).json();
    expect(gated).toMatchObject({ shouldActivate: false, authResponse: { mfaRequired: true, mfaToken: expect.any(String) } });
    expect(gated.authResponse).not.toHaveProperty('accessToken');
    await setting({ allowSignups: false, allowNotVerifiedUsersLogin: false });
    expectRefusal(await logIn(harness, 'gated@acme.example'), 401, refusal('Email is not verified', 'ER-01060'));
  });
});
