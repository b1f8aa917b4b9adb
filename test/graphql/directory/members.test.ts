import { beforeAll, describe, expect, test } from 'vitest';
import { asEnvironment, createRole, createTenant, createUser, createUserInTenant, logIn } from '../../support/builders.ts';
import { mutation, run } from '../../support/graphql-documents.ts';
import { asUser, claimsOf, joinTenant } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const documents = {
  deleteUser: mutation('deleteUser', 'deletedUserId'),
  removeUserFromTenant: mutation('removeUserFromTenant', 'removedUserId'),
  addUserToTenant: mutation('addUserToTenant', 'user { memberships { tenant { restId } } }'),
  setActiveTenant: mutation('setActiveTenant', 'user { activeTenant { restId } }'),
  moveTenantUsers: mutation('moveTenantUsers', 'movedCount'),
  disableUser: mutation('disableUser', 'user { memberships { disabled } }'),
  enableUser: mutation('enableUser', 'user { memberships { disabled } }'),
  setUserExpiry: mutation('setUserExpiry', 'user { memberships { expiresAt } }'),
  changeUserEmail: mutation('changeUserEmail', 'user { email verified }'),
  updateProfile: mutation('updateProfile', 'user { name phoneNumber }'),
  updateUser: mutation('updateUser', 'user { superUser invisible }'),
  verifyPassword: mutation('verifyPassword', 'correct'),
  generatePasswordResetToken: mutation('generatePasswordResetToken', 'link token expiresAt'),
  inviteUser: mutation('inviteUser', 'user { restId email phoneNumber memberships { pending } }'),
  inviteUsers: mutation('inviteUsers', 'bulkInvitation { id restId state totalCount refusals { email } finishedAt tenant { restId } }'),
  acceptInvitation: mutation('acceptInvitation', 'accepted'),
  resendInvitation: mutation('resendInvitation', 'accepted'),
};
let environment: Record<string, string>;
beforeAll(async () => {
  environment = await asEnvironment(harness);
});
const admin = (document: string, input: object, tenantId?: string) =>
  run(harness, document, input, tenantId === undefined ? environment : { ...environment, 'frontegg-tenant-id': tenantId });

describe('an operator', () => {
  test('deletes a user, or removes one from a tenant by either id of it', async () => {
    const user = await createUserInTenant(harness, 'gone');
    await joinTenant(harness, user.email, await createTenant(harness, 'gone-other'));
    const removed = await admin(documents.removeUserFromTenant, { userId: user.id, tenantId: 'gone' });
    expect(removed).toMatchObject({ __typename: 'RemoveUserFromTenantSuccess' });
    const nowhere = await harness.graphql(documents.removeUserFromTenant, { input: { userId: user.id } }, environment);
    expect(nowhere.errors).toMatchObject([{ extensions: { code: 'TENANT_HEADER_REQUIRED' } }]);
    expect(await admin(documents.deleteUser, { userId: removed.removedUserId })).toMatchObject({ deletedUserId: removed.removedUserId });
    expect(await admin(documents.deleteUser, { userId: user.id })).toMatchObject({ __typename: 'UserNotFoundError', path: ['input', 'userId'] });
  });

  test('adds a user to a tenant, sets the one to enter, disables, enables and ends a membership', async () => {
    const user = await createUserInTenant(harness, 'states');
    const other = await createTenant(harness, 'states-other');
    const added = await admin(documents.addUserToTenant, { userId: user.id, tenantId: other });
    expect(added.user.memberships).toHaveLength(2);
    expect(await admin(documents.setActiveTenant, { userId: user.id, tenantId: other })).toMatchObject({ user: { activeTenant: { restId: other } } });
    const seen = async (document: string, input: object) => (await admin(document, { userId: user.id, ...input }, other)).user.memberships;
    expect(await seen(documents.disableUser, {})).toContainEqual({ disabled: true });
    expect(claimsOf((await logIn(harness, user.email)).json<{ accessToken: string }>().accessToken)).toMatchObject({ tenantIds: ['states'] });
    expect(await seen(documents.enableUser, {})).not.toContainEqual({ disabled: true });
    const at = new Date(harness.clock.now().getTime() + 600_000).toISOString();
    expect(await seen(documents.setUserExpiry, { expiresInSeconds: 600 })).toContainEqual({ expiresAt: at });
    expect(await seen(documents.setUserExpiry, { expiresInSeconds: null })).not.toContainEqual({ expiresAt: at });
    const short = await admin(documents.setUserExpiry, { userId: user.id, expiresInSeconds: 299 }, other);
    expect(short).toMatchObject({ __typename: 'InvalidInputError', path: ['input', 'expiresInSeconds'] });
    const moved = await admin(documents.moveTenantUsers, { fromTenantId: 'states', toTenantId: other });
    expect(moved).toMatchObject({ movedCount: 1 });
  });

  test('changes an address and flags, checks a password, and makes a link', async () => {
    const user = await createUserInTenant(harness, 'kept');
    const changed = await admin(documents.changeUserEmail, { userId: user.id, email: 'kept.new@acme.example' });
    expect(changed).toMatchObject({ user: { email: 'kept.new@acme.example', verified: true } });
    const taken = await createUserInTenant(harness, 'kept-taken');
    expect(await admin(documents.changeUserEmail, { userId: user.id, email: taken.email })).toMatchObject({
      ...{ __typename: 'UserExistsError', path: ['input', 'email'] },
    });
    const flags = await admin(documents.updateUser, { userId: user.id, superUser: true, invisible: true });
    expect(flags).toMatchObject({ user: { superUser: true, invisible: true } });
    expect(await admin(documents.verifyPassword, { email: 'kept.new@acme.example', password: 'wrong password' })).toMatchObject({ correct: false });
    const link = await admin(documents.generatePasswordResetToken, { userId: user.id });
    expect(new URL(link.link).searchParams.get('token')).toBe(link.token);
  });
});

describe('a user', () => {
  test('changes the own profile and nobody else’s', async () => {
    const user = await createUserInTenant(harness, 'own');
    const other = await createUserInTenant(harness, 'own-other');
    const headers = await asUser(harness, user.email);
    const changed = await run(harness, documents.updateProfile, { name: 'Olga', phoneNumber: '+1 555', userId: other.id }, headers);
    expect(changed).toMatchObject({ __typename: 'UserNotFoundError' });
    expect(await run(harness, documents.updateProfile, { name: 'Olga', phoneNumber: '+1 555' }, headers)).toMatchObject({
      user: { name: 'Olga', phoneNumber: '+1 555' },
    });
  });

  test('who may invite invites many people with one call, and reads how far it is until nobody waits', async () => {
    const tenantId = await createTenant(harness, 'inviting-many');
    const role = await createRole(harness, tenantId, 'inviter', ['fe.secure.write.users']);
    const inviter = await createUser(harness, tenantId, 'inviter-many@acme.example', { roleIds: [role] });
    const headers = await asUser(harness, inviter.email);
    const people = [
      { email: 'many@acme.example', name: 'Mara' },
      { email: 'strange@acme.example', roleIds: ['none'] },
    ];
    const started = await run(harness, documents.inviteUsers, { people }, headers);
    expect(started).toMatchObject({
      bulkInvitation: { state: 'NOT_STARTED', totalCount: 2, refusals: [], finishedAt: null, tenant: { restId: tenantId } },
    });
    const { id, restId } = (started as { bulkInvitation: { id: string; restId: string } }).bulkInvitation;
    await harness.app.bulkInvitations.run();
    const document =
      'query ($id: ID!, $restId: ID!) { bulkInvitation(id: $restId) { state processedCount refusals { email code message } } node(id: $id) { ... on BulkInvitation { restId } } }';
    const refusals = [{ email: 'strange@acme.example', code: 'ROLE_NOT_FOUND', message: 'Role not found.' }];
    expect((await harness.graphql(document, { id, restId }, headers)).data).toEqual({
      bulkInvitation: { state: 'COMPLETED_WITH_ERRORS', processedCount: 2, refusals },
      node: { restId },
    });
    const other = { ...environment, 'frontegg-tenant-id': await createTenant(harness, 'inviting-nobody') };
    expect((await harness.graphql(document, { id, restId }, other)).data).toEqual({ bulkInvitation: null, node: null });
    const reader = await asUser(harness, (await createUser(harness, tenantId, 'reader-many@acme.example', { roleIds: [roleIds.readOnly] })).email);
    expect((await harness.graphql('query ($id: ID!) { bulkInvitation(id: $id) { state } }', { id }, reader)).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    const bad = await run(harness, documents.inviteUsers, { people: [{ email: 'good@acme.example' }, { email: 'bad' }] }, headers);
    expect(bad).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await run(harness, documents.inviteUsers, { people: [] }, headers)).toMatchObject({ __typename: 'InvalidInputError' });
  });

  test('who may invite invites, and the invited joins by the link that was mailed', async () => {
    const tenantId = await createTenant(harness, 'inviting');
    const role = await createRole(harness, tenantId, 'inviter', ['fe.secure.read.users', 'fe.secure.write.users']);
    const inviter = await createUser(harness, tenantId, 'inviter@acme.example', { roleIds: [role] });
    const known = await createUserInTenant(harness, 'invited', { phoneNumber: '+4915112345678' });
    const headers = await asUser(harness, inviter.email);
    const invited = await run(harness, documents.inviteUser, { email: known.email }, headers);
    expect(invited).toMatchObject({ user: { restId: known.id, phoneNumber: null, memberships: [{ pending: true }] } });
    const tooStrong = await run(harness, documents.inviteUser, { email: 'strong@acme.example', roleIds: [roleIds.admin] }, headers);
    // All roles begin at level 0, so it is no more powerful than the own one until that is made weaker.
    expect(tooStrong).toMatchObject({ __typename: 'InviteUserSuccess' });
    expect(await run(harness, documents.resendInvitation, { email: 'nobody@acme.example' })).toMatchObject({ accepted: true });
    await harness.app.outbox.flush();
    const mail = harness.mail.findLast(({ to, template }) => to === known.email && template === 'INVITATION');
    const link = new URL(mail !== undefined && 'link' in mail ? mail.link : '');
    const values = { userId: link.searchParams.get('userId'), token: link.searchParams.get('token') };
    expect(await run(harness, documents.acceptInvitation, { ...values, token: 'x' })).toMatchObject({ __typename: 'InvalidTokenError' });
    expect(await run(harness, documents.acceptInvitation, values)).toMatchObject({ accepted: true });
    const { accessToken } = (await logIn(harness, known.email)).json<{ accessToken: string }>();
    expect(claimsOf(accessToken).tenantIds).toContain(tenantId);
  });
});
