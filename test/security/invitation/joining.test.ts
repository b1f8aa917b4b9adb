import { beforeEach, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUserInTenant, enroll, logIn, setPolicy, totp } from '../../support/builders.ts';
import { execute, query } from '../../support/database.ts';
import { loginCodeFor, setEmailCodeLogin } from '../../support/first-factors.ts';
import { openInstances } from '../../support/instances.ts';
import { allowInvitations, inviter, isMember, linkTo, logInWith, ownLink, rolesIn, unusedLinks } from '../../support/invitation-links.ts';
import { race } from '../../support/race.ts';
import { createForcedUser, enrollApp, enrollVerify, verifyApp } from '../../support/requests.ts';
import { asUser, call, claimsOf } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';
import { newAddress } from '../../support/user-agent.ts';

const harness = useHarness(openInstances);
let born = 0;
const somebody = () => createUserInTenant(harness, `guest-${++born}`);
/** Somebody who has an authenticator app, with its secret. */
const withFactor = async () => {
  const user = await createForcedUser(harness, `guest-${++born}`);
  return { ...user, secret: (await enroll(harness, user.email)).secret };
};
const host = (level?: number) => inviter(harness, `host-${++born}`, level);
const mfaTokenOf = async (email: string, token: string) => String((await logInWith(harness, email, token)).json().mfaToken);

beforeEach(() => allowInvitations(harness));

describe('a complete login joins', () => {
  test('the tenant of the link with its roles, and the session goes on where it was', async () => {
    const [guest, owner] = [await somebody(), await host()];
    const { token, id } = await ownLink(harness, owner.headers, [owner.roleId]);
    const login = await logInWith(harness, guest.email, token);
    expect(login.statusCode, login.body).toBe(200);
    expect(claimsOf(String(login.json().accessToken))).toMatchObject({ tenantId: guest.tenantId, tenantIds: [guest.tenantId, owner.tenantId] });
    expect(await rolesIn(harness, guest.id, owner.tenantId)).toEqual([owner.roleId]);
    const [event] = await query(harness, "select * from audit_events where user_id = $1 and kind = 'USER_JOINED_TENANT'", [guest.id]);
    expect(event).toMatchObject({ tenant_id: owner.tenantId, reason: id });
  });

  test('with the default roles where the link names none, also as the first of a tenant', async () => {
    const [guest, tenantId] = [await somebody(), await createTenant(harness, `empty-${++born}`)];
    const headers = await asEnvironment(harness, tenantId);
    const first = await createRole(harness, tenantId, 'first', []);
    await call(harness, 'PATCH', `/roles/v1/${first}`, { headers, body: { firstUserRole: true } });
    const usual = await createRole(harness, tenantId, 'usual', []);
    await call(harness, 'PATCH', `/roles/v1/${usual}`, { headers, body: { isDefault: true } });
    await logInWith(harness, guest.email, (await linkTo(harness, tenantId)).token);
    expect(await rolesIn(harness, guest.id, tenantId)).toContain(usual);
    expect(await rolesIn(harness, guest.id, tenantId)).not.toContain(first);
  });

  test('by an e-mail code as well', async () => {
    await setEmailCodeLogin(harness, true);
    const [guest, owner] = [await somebody(), await host()];
    const { code, cookie } = await loginCodeFor(harness, guest.email);
    const body = { token: code, invitationToken: (await ownLink(harness, owner.headers)).token };
    const login = await call(harness, 'POST', '/auth/v1/passwordless/code/postlogin', { body, cookie });
    expect(login.statusCode, login.body).toBe(201);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
  });

  test('by a code of an authenticator app, after the challenge that carries the link', async () => {
    const [guest, owner] = [await withFactor(), await host()];
    const { token } = await ownLink(harness, owner.headers);
    const mfaToken = await mfaTokenOf(guest.email, token);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    const done = await verifyApp(harness, mfaToken, totp(harness, guest.secret));
    expect(claimsOf(String(done.json().accessToken)).tenantIds).toContain(owner.tenantId);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
  });

  test('by a first enrollment that the policy of the own tenant asks for', async () => {
    const [guest, owner] = [await somebody(), await host()];
    await setPolicy(harness, { enforceMFAType: 'Force' }, guest.tenantId);
    const mfaToken = await mfaTokenOf(guest.email, (await ownLink(harness, owner.headers)).token);
    const { secret } = (await enrollApp(harness, mfaToken)).json<{ secret: string }>();
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    expect((await enrollVerify(harness, mfaToken, totp(harness, secret))).statusCode).toBe(201);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
  });

  test('and the policy of the joined tenant counts from the next login', async () => {
    const [guest, owner] = [await somebody(), await host()];
    const { token } = await ownLink(harness, owner.headers);
    await setPolicy(harness, { enforceMFAType: 'Force' }, owner.tenantId);
    const login = (await logInWith(harness, guest.email, token)).json();
    expect(login.accessToken).toEqual(expect.any(String));
    expect((await logIn(harness, guest.email)).json()).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    const headers = { authorization: `Bearer ${String(login.accessToken)}` };
    const into = await call(harness, 'POST', '/users/v3/me/token', { headers, body: { tenantId: owner.tenantId } });
    expect(into.statusCode, into.body).toBe(401);
  });

  test('once, however many logins bring the link at the same time, and many people by one link', async () => {
    const [guest, other, owner] = [await somebody(), await somebody(), await host()];
    const { token } = await ownLink(harness, owner.headers);
    const answers = await race(6, (index) => logInWith(harness, index % 2 === 0 ? guest.email : other.email, token));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
    for (const { id } of [guest, other]) {
      expect(await isMember(harness, id, owner.tenantId)).toBe(true);
      const joined = await query(harness, "select id from audit_events where user_id = $1 and kind = 'USER_JOINED_TENANT'", [id]);
      expect(joined).toHaveLength(1);
    }
  });

  test('and accepts what was mailed to somebody whom the tenant has invited, with the roles of that invitation', async () => {
    const [guest, owner] = [await somebody(), await host()];
    await harness.app.store.users.addMembership({
      ...{ userId: guest.id, tenantId: owner.tenantId, roleIds: [roleIds.readOnly], createdAt: harness.clock.now(), pending: true },
    });
    await logInWith(harness, guest.email, (await ownLink(harness, owner.headers, [owner.roleId])).token);
    expect(await rolesIn(harness, guest.id, owner.tenantId)).toEqual([roleIds.readOnly]);
    expect((await harness.app.store.users.openMemberships(guest.id, harness.clock.now())).length).toBe(2);
  });
});

describe('nobody joins', () => {
  test('by a challenge that is answered wrongly, or not at all', async () => {
    const [guest, owner] = [await withFactor(), await host()];
    const mfaToken = await mfaTokenOf(guest.email, (await ownLink(harness, owner.headers)).token);
    expect((await verifyApp(harness, mfaToken, '000000')).statusCode).toBe(400);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    harness.clock.advance({ seconds: 700 });
    expect((await verifyApp(harness, mfaToken, totp(harness, guest.secret))).statusCode).toBe(401);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
  });

  test('by a wrong password, and a locked account joins by no password', async () => {
    const [guest, owner] = [await somebody(), await host()];
    const { token } = await ownLink(harness, owner.headers);
    const wrong = { email: guest.email, password: 'not the password', invitationToken: token };
    expect((await call(harness, 'POST', '/auth/v1/user', { body: wrong })).statusCode).toBe(401);
    await call(harness, 'POST', `/users/v1/${guest.id}/lock`, { headers: await asEnvironment(harness) });
    expect((await logInWith(harness, guest.email, token)).statusCode).toBe(401);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
  });

  test('who is locked between the challenge and its answer', async () => {
    const [guest, owner] = [await withFactor(), await host()];
    const mfaToken = await mfaTokenOf(guest.email, (await ownLink(harness, owner.headers)).token);
    await execute(harness, `update users set locked = ${String(true)} where id = '${guest.id}'`);
    expect((await verifyApp(harness, mfaToken, totp(harness, guest.secret))).statusCode).toBe(401);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
  });

  test('who was disabled in the tenant: a link enables nobody', async () => {
    const [guest, owner] = [await somebody(), await host()];
    const { token } = await ownLink(harness, owner.headers);
    await logInWith(harness, guest.email, token);
    await call(harness, 'POST', `/tenants/users/v1/${guest.id}/disable`, { headers: owner.environment });
    expect((await logInWith(harness, guest.email, token)).statusCode).toBe(200);
    const open = await harness.app.store.users.openMemberships(guest.id, harness.clock.now());
    expect(open.map(({ tenantId }) => tenantId)).toEqual([guest.tenantId]);
  });

  test('and a member gets no roles more', async () => {
    const [guest, owner] = [await somebody(), await host()];
    await logInWith(harness, guest.email, (await ownLink(harness, owner.headers)).token);
    const before = await rolesIn(harness, guest.id, owner.tenantId);
    await logInWith(harness, guest.email, (await linkTo(harness, owner.tenantId, { roleIds: [roleIds.admin] })).token);
    expect(await rolesIn(harness, guest.id, owner.tenantId)).toEqual(before);
  });

  test('by a step-up, whose challenge carries no link', async () => {
    const guest = await withFactor();
    const { mfaToken } = (await logIn(harness, guest.email)).json<{ mfaToken: string }>();
    harness.clock.advance({ seconds: 60 });
    const { accessToken } = (await verifyApp(harness, mfaToken, totp(harness, guest.secret))).json<{ accessToken: string }>();
    const headers = { authorization: `Bearer ${accessToken}` };
    harness.clock.advance({ seconds: 600 });
    await call(harness, 'POST', '/auth/v1/user/step-up/generate', { headers, body: { maxAge: 1 } });
    const rows = await query(harness, 'select invitation_link_id from challenges where user_id = $1', [guest.id]);
    expect(new Set(rows.map(({ invitation_link_id }) => invitation_link_id))).toEqual(new Set([null]));
  });
});

/** What ends a link, or makes that it lets nobody in, with what the audit trail says then. */
type Ending = (owner: Awaited<ReturnType<typeof host>>, link: { id: string }) => Promise<unknown>;
const environment = () => asEnvironment(harness);
const endings: Readonly<Record<string, { reason: string; end: Ending }>> = {
  'it has expired': {
    reason: 'INVITATION_NOT_FOUND',
    end: async (_owner, { id }) => harness.app.store.invitationLinks.update(id, { expiresAt: harness.clock.now() }, harness.clock.now()),
  },
  'the owner has deleted it': {
    reason: 'INVITATION_NOT_FOUND',
    end: ({ headers }) => call(harness, 'DELETE', '/tenants/invites/v1/user', { headers }),
  },
  'another one took its place': { reason: 'INVITATION_NOT_FOUND', end: ({ headers }) => ownLink(harness, headers) },
  'links were switched off': { reason: 'INVITATIONS_DISABLED', end: () => allowInvitations(harness, false) },
  'the owner was locked': {
    reason: 'INVITATION_NOT_FOUND',
    end: async ({ id }) => call(harness, 'POST', `/users/v1/${id}/lock`, { headers: await environment() }),
  },
  'the owner was locked and unlocked': {
    reason: 'INVITATION_NOT_FOUND',
    async end({ id }) {
      await call(harness, 'POST', `/users/v1/${id}/lock`, { headers: await environment() });
      await call(harness, 'POST', `/users/v1/${id}/unlock`, { headers: await environment() });
    },
  },
  'the owner was deleted': {
    reason: 'INVITATION_NOT_FOUND',
    end: async ({ id }) => call(harness, 'DELETE', `/users/v1/${id}`, { headers: await environment() }),
  },
  'the owner was removed from the tenant': {
    reason: 'INVITATION_NOT_FOUND',
    async end({ id, environment: headers }) {
      await harness.app.store.users.addMembership({
        userId: id,
        tenantId: await createTenant(harness, `else-${++born}`),
        roleIds: [],
        createdAt: harness.clock.now(),
      });
      await call(harness, 'DELETE', `/users/v1/${id}`, { headers });
    },
  },
  'the owner was disabled in the tenant': {
    reason: 'INVITATION_NOT_FOUND',
    end: ({ id, environment: headers }) => call(harness, 'POST', `/tenants/users/v1/${id}/disable`, { headers }),
  },
  'the membership of the owner has expired': {
    reason: 'OWNER_GONE',
    end: ({ id, tenantId }) => harness.app.store.users.setExpiry(id, tenantId, harness.clock.now()),
  },
  'the owner has lost the role that may invite': {
    reason: 'OWNER_MAY_NOT_INVITE',
    end: ({ id, roleId, environment: headers }) => call(harness, 'DELETE', `/users/v1/${id}/roles`, { headers, body: { roleIds: [roleId] } }),
  },
  'the tenant was deleted': {
    reason: 'INVITATION_NOT_FOUND',
    end: async ({ tenantId }) => harness.send({ method: 'DELETE', url: `/tenants/resources/tenants/v1/${tenantId}`, headers: await environment() }),
  },
};

describe.each(Object.entries(endings))('where %s', (_name, { reason, end }) => {
  test('after the first factor, the login succeeds without joining, and the trail says so', async () => {
    const [guest, owner] = [await withFactor(), await host()];
    const link = await ownLink(harness, owner.headers);
    const mfaToken = await mfaTokenOf(guest.email, link.token);
    await end(owner, link);
    const done = await verifyApp(harness, mfaToken, totp(harness, guest.secret));
    expect(done.statusCode, done.body).toBe(201);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    expect(await unusedLinks(harness, guest.id)).toEqual([reason]);
  });

  test('before it, too, and neither a check nor a sign-up finds the link', async () => {
    const [guest, owner] = [await somebody(), await host()];
    const link = await ownLink(harness, owner.headers);
    await end(owner, link);
    expect((await logInWith(harness, guest.email, link.token)).statusCode).toBe(200);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    expect(await unusedLinks(harness, guest.id)).toEqual([reason]);
    expect((await call(harness, 'POST', '/tenants/invites/v1/verify', { body: { token: link.token }, address: newAddress() })).statusCode).toBe(404);
    await allowInvitations(harness, reason !== 'INVITATIONS_DISABLED', { allowSignups: true });
    const body = { email: `late-${++born}@acme.example`, companyName: 'x', invitationToken: link.token };
    const refused = await call(harness, 'POST', '/users/v1/signUp', { body });
    expect([refused.statusCode, refused.body]).toEqual([404, '{"errors":["Invitation not found"]}']);
    expect(await harness.app.store.users.findByEmail(body.email)).toBeNull();
  });
});

describe('the roles of a link', () => {
  test('are no more powerful than those of its owner, when it is made, changed and used', async () => {
    const owner = await host(10);
    const powerful = await createRole(harness, owner.tenantId, 'powerful', []);
    const make = (roleId: string, headers: Record<string, string>) =>
      call(harness, 'POST', '/tenants/invites/v2/user', { headers, body: { expiresInMinutes: 5, shouldSendEmail: false, roleIds: [roleId] } });
    expect((await make(powerful, owner.headers)).body).toBe('{"errors":["Role level is too low"]}');
    expect((await make(roleIds.admin, owner.headers)).statusCode).toBe(403);
    // The owner was more powerful when the link was made.
    const given = await make(owner.roleId, owner.headers);
    expect(given.statusCode).toBe(201);
    const lesser = await createRole(harness, owner.tenantId, 'lesser', ['fe.secure.write.tenantInvites']);
    await call(harness, 'PATCH', `/roles/v1/${lesser}`, { headers: owner.environment, body: { level: 20 } });
    await call(harness, 'POST', `/users/v1/${owner.id}/roles`, { headers: owner.environment, body: { roleIds: [lesser] } });
    await call(harness, 'DELETE', `/users/v1/${owner.id}/roles`, { headers: owner.environment, body: { roleIds: [owner.roleId] } });
    const guest = await somebody();
    await logInWith(harness, guest.email, String(given.json().token));
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    expect(await unusedLinks(harness, guest.id)).toEqual(['ROLE_LEVEL_TOO_LOW']);
  });

  test('are those that an environment token has chosen, whatever its member may give; the member prolongs no such link', async () => {
    const [owner, guest, late] = [await host(10), await somebody(), await somebody()];
    const link = await linkTo(harness, owner.tenantId, { userId: owner.id, roleIds: [roleIds.admin] });
    const patch = await call(harness, 'PATCH', '/tenants/invites/v1/user', { headers: owner.headers, body: { expiresInMinutes: 525_600 } });
    expect([patch.statusCode, patch.body]).toEqual([403, '{"errors":["Role level is too low"]}']);
    await logInWith(harness, guest.email, link.token);
    expect(await rolesIn(harness, guest.id, owner.tenantId)).toEqual([roleIds.admin]);
    await call(harness, 'POST', `/users/v1/${owner.id}/lock`, { headers: await environment() });
    await logInWith(harness, late.email, link.token);
    expect(await isMember(harness, late.id, owner.tenantId)).toBe(false);
  });

  test('let nobody in once one of them is gone, instead of giving what is left', async () => {
    const [owner, guest] = [await host(), await somebody()];
    const [kept, gone] = [await createRole(harness, owner.tenantId, 'kept', []), await createRole(harness, owner.tenantId, 'gone', [])];
    const { token } = await ownLink(harness, owner.headers, [kept, gone]);
    await call(harness, 'DELETE', `/roles/v1/${gone}`, { headers: owner.environment });
    await logInWith(harness, guest.email, token);
    expect(await isMember(harness, guest.id, owner.tenantId)).toBe(false);
    expect(await unusedLinks(harness, guest.id)).toEqual(['ROLE_GONE']);
  });
});

describe('a sign-up by a link', () => {
  const signUp = (email: string, invitationToken: string) =>
    call(harness, 'POST', '/users/v1/signUp', { body: { email, companyName: 'Own company', password: 'a new long password', invitationToken } });

  test('begins in the tenant of the link with its roles, and creates none', async () => {
    await allowInvitations(harness, true, { allowSignups: true });
    const owner = await host();
    const answer = await signUp('signs-up-1@acme.example', (await ownLink(harness, owner.headers, [owner.roleId])).token);
    expect(answer.json()).toMatchObject({ shouldActivate: true, tenantId: owner.tenantId, userId: expect.any(String) });
    expect(await rolesIn(harness, String(answer.json().userId), owner.tenantId)).toEqual([owner.roleId]);
    expect(await query(harness, "select id from tenants where name = 'Own company'")).toEqual([]);
  });

  test('answers alike for an address that is known, whose owner joins nothing', async () => {
    await allowInvitations(harness, true, { allowSignups: true });
    const [known, owner] = [await somebody(), await host()];
    const answer = await signUp(known.email, (await ownLink(harness, owner.headers)).token);
    expect(answer.json()).toMatchObject({ shouldActivate: true, tenantId: owner.tenantId, userId: expect.any(String) });
    expect(answer.json().userId).not.toBe(known.id);
    expect(await isMember(harness, known.id, owner.tenantId)).toBe(false);
  });

  test('passes the policy of that tenant before there is a session', async () => {
    await allowInvitations(harness, true, { allowSignups: true, allowNotVerifiedUsersLogin: true });
    const owner = await host();
    const { token } = await ownLink(harness, owner.headers);
    await setPolicy(harness, { enforceMFAType: 'Force' }, owner.tenantId);
    const { authResponse } = (await signUp('signs-up-2@acme.example', token)).json<{ authResponse: Record<string, unknown> }>();
    expect(authResponse).toMatchObject({ mfaRequired: true, mfaEnrolled: false });
    expect(authResponse.accessToken).toBeUndefined();
    await allowInvitations(harness, true, { allowSignups: false, allowNotVerifiedUsersLogin: false });
  });

  test('is refused while nobody may sign up', async () => {
    await allowInvitations(harness, true, { allowSignups: false });
    const { token } = await ownLink(harness, (await host()).headers);
    expect((await signUp('signs-up-3@acme.example', token)).body).toBe('{"errors":["Sign up is disabled"]}');
  });
});

test('the owner who wants to hear of it is told once of everybody who joins, and of nobody else', async () => {
  const [guest, owner] = [await somebody(), await host()];
  const { token } = await ownLink(harness, owner.headers, [], true);
  for (let time = 0; time < 2; time += 1) await logInWith(harness, guest.email, token);
  await logInWith(harness, owner.email, token);
  await harness.app.outbox.flush();
  const told = harness.notices.filter(({ to }) => to === owner.email);
  expect(told).toMatchObject([{ kind: 'INVITATION_USED' }]);
  expect(JSON.stringify(told)).not.toContain(guest.email);
});

test('a token is found by its hash alone, sealed for its row, and in no event', async () => {
  const owner = await host();
  const { token, id } = await ownLink(harness, owner.headers);
  const guest = await somebody();
  await logInWith(harness, guest.email, token);
  for (const table of ['invitation_links', 'audit_events', 'challenges', 'outbox'])
    expect(JSON.stringify(await query(harness, `select * from ${table}`)), table).not.toContain(token);
  const another = await ownLink(harness, (await host()).headers);
  const [row] = await query(harness, 'select sealed_token from invitation_links where id = $1', [id]);
  expect(row).toBeDefined();
  // A sealed token that was copied to another row cannot be opened there.
  await execute(
    harness,
    `update invitation_links set sealed_token = (select sealed_token from invitation_links where id = '${id}') where id = '${another.id}'`,
  );
  const read = await call(harness, 'GET', '/tenants/invites/v1/all', { headers: await asEnvironment(harness, another.tenantId) });
  expect(read.statusCode).toBe(500);
  await harness.app.store.invitationLinks.remove(another.id);
});

test('an unknown token fails no login and says so in the trail, with a challenge as without one', async () => {
  const [guest, factored] = [await somebody(), await withFactor()];
  expect((await logInWith(harness, guest.email, 'no-token-of-any-link')).statusCode).toBe(200);
  const mfaToken = await mfaTokenOf(factored.email, 'no-token-of-any-link');
  expect((await verifyApp(harness, mfaToken, totp(harness, factored.secret))).statusCode).toBe(201);
  expect([await unusedLinks(harness, guest.id), await unusedLinks(harness, factored.id)]).toEqual([
    ['INVITATION_NOT_FOUND'],
    ['INVITATION_NOT_FOUND'],
  ]);
  expect(await asUser(harness, guest.email)).toBeDefined();
});
