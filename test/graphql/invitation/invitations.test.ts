import { beforeAll, expect, test } from 'vitest';
import { asEnvironment, createUserInTenant, password } from '../../support/builders.ts';
import { documents, mutation } from '../../support/graphql-documents.ts';
import { allowInvitations, inviter, isMember, linkTo } from '../../support/invitation-links.ts';
import { asUser } from '../../support/rest.ts';
import { roleIds } from '../../support/role-ids.ts';
import { useHarness } from '../../support/use-harness.ts';

const harness = useHarness();
const fields = 'id restId token url notifiesOwner createdAt expiresAt tenant { restId } owner { restId } roles { restId }';
const own = {
  create: mutation('createInvitation', `invitation { ${fields} }`),
  update: mutation('updateInvitation', `invitation { ${fields} }`),
  remove: mutation('deleteInvitation', 'deletedInvitationLinkId'),
  check: mutation('checkInvitation', 'tenantId tenantName expiresAt'),
};
interface Link {
  id: string;
  restId: string;
  token: string;
  url: string;
  expiresAt: string;
}
type Answer = { __typename: string; invitation: Link } & Record<string, unknown>;
async function run(name: keyof typeof own, input: object, headers?: Record<string, string>): Promise<Answer> {
  const answer = await harness.graphql(own[name], { input }, headers);
  expect(answer.errors).toBeUndefined();
  return Object.values(answer.data ?? {})[0] as Answer;
}
const list = (headers: Record<string, string>, rest = '') =>
  harness.graphql(`{ invitations${rest} { totalCount nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`, {}, headers);
let born = 0;
const host = (level?: number) => inviter(harness, `graph-links-${++born}`, level);
beforeAll(() => allowInvitations(harness));

test('a user makes, reads, changes and deletes the own link, and no other one', async () => {
  const owner = await host();
  const { invitation: link } = await run('create', { lifetimeMinutes: 30, notifiesOwner: true, roleIds: [owner.roleId] }, owner.headers);
  expect(link).toMatchObject({
    ...{ notifiesOwner: true, tenant: { restId: owner.tenantId }, owner: { restId: owner.id }, roles: [{ restId: owner.roleId }] },
    url: `${harness.config.linkUrl}/invitation?token=${link.token}`,
  });
  expect((await list(owner.headers)).data?.invitations).toMatchObject({ totalCount: 1, nodes: [link] });
  const node = (id: string, headers: Record<string, string>) =>
    harness.graphql('query ($id: ID!) { node(id: $id) { ... on InvitationLink { token } } }', { id }, headers);
  expect((await node(link.id, owner.headers)).data?.node).toEqual({ token: link.token });
  const other = await host();
  expect((await node(link.id, other.headers)).data?.node).toBeNull();
  expect((await list(other.headers)).data?.invitations).toMatchObject({ totalCount: 0, nodes: [] });
  for (const name of ['update', 'remove'] as const)
    expect(await run(name, { id: link.id, ...(name === 'update' ? { notifiesOwner: false } : {}) }, other.headers)).toMatchObject({
      __typename: 'InvitationNotFoundError',
    });
  const { invitation: changed } = await run('update', { id: link.id, lifetimeMinutes: 60, notifiesOwner: false }, owner.headers);
  expect(changed).toMatchObject({ id: link.id, token: link.token, notifiesOwner: false });
  expect(Date.parse(changed.expiresAt) - Date.parse(link.expiresAt)).toBe(1_800_000);
  expect(await run('update', { id: link.restId }, owner.headers)).toMatchObject({ __typename: 'NothingToUpdateError' });
  expect(await run('remove', { id: link.restId }, owner.headers)).toMatchObject({ deletedInvitationLinkId: link.id });
  expect(await run('remove', { id: link.restId }, owner.headers)).toMatchObject({ __typename: 'InvitationNotFoundError' });
});

test('an environment token makes links of a tenant and of its members, and pages through all of them', async () => {
  const [owner, environment] = [await host(), await asEnvironment(harness)];
  const { invitation: general } = await run('create', { tenantId: owner.tenantId, roleIds: [roleIds.readOnly] }, environment);
  expect(general).toMatchObject({ owner: null, notifiesOwner: false, roles: [{ restId: roleIds.readOnly }] });
  harness.clock.advance({ seconds: 1 });
  const { invitation: ofMember } = await run('create', { tenantId: owner.tenantId, userId: owner.id }, environment);
  const inTenant = owner.environment;
  const page = (await list(inTenant, '(first: 1)')).data?.invitations as { pageInfo: { endCursor: string } };
  expect(page).toMatchObject({ totalCount: 2, nodes: [general], pageInfo: { hasNextPage: true } });
  const next = await list(inTenant, `(first: 1, after: "${page.pageInfo.endCursor}")`);
  expect(next.data?.invitations).toMatchObject({ nodes: [ofMember], pageInfo: { hasNextPage: false } });
  expect(await run('create', { userId: owner.id }, await asEnvironment(harness, (await host()).tenantId))).toMatchObject({
    __typename: 'UserNotFoundError',
  });
});

test('what a user may not do is refused', async () => {
  const [owner, other] = [await host(10), await host()];
  const top = async (input: object, headers: Record<string, string>) =>
    (await harness.graphql(own.create, { input }, headers)).errors?.[0]?.extensions.code;
  expect(await top({ userId: other.id }, owner.headers)).toBe('FORBIDDEN');
  expect(await top({ tenantId: other.tenantId }, owner.headers)).toBe('FORBIDDEN');
  const plain = await asUser(harness, (await createUserInTenant(harness, `graph-plain-${++born}`)).email);
  expect(await top({}, plain)).toBe('FORBIDDEN');
  expect((await list(plain)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  expect(await run('create', { roleIds: [roleIds.admin] }, owner.headers)).toMatchObject({ __typename: 'RoleLevelTooLowError' });
  expect(await run('create', { roleIds: ['nothing'] }, owner.headers)).toMatchObject({ __typename: 'RoleNotFoundError' });
  expect(await run('create', { lifetimeMinutes: 0 }, owner.headers)).toMatchObject({ __typename: 'InvalidInputError' });
  await allowInvitations(harness, false);
  expect(await run('create', {}, owner.headers)).toMatchObject({ __typename: 'InvitationsDisabledError' });
  await allowInvitations(harness);
});

test('a token is checked without a login, and joins by logIn and signUp', async () => {
  const owner = await host();
  const { token } = await linkTo(harness, owner.tenantId);
  expect(await run('check', { token })).toMatchObject({ tenantName: owner.tenantId });
  expect(await run('check', { token: 'x' })).toMatchObject({ __typename: 'InvitationNotFoundError' });
  const guest = await createUserInTenant(harness, `graph-guest-${++born}`);
  const login = await harness.graphql(documents.logIn, { input: { email: guest.email, password, invitationToken: token } });
  expect(login.data?.logIn).toMatchObject({ __typename: 'LogInSuccess' });
  expect(await isMember(harness, guest.id, owner.tenantId)).toBe(true);
  await allowInvitations(harness, true, { allowSignups: true });
  const signUp = mutation('signUp', 'tenantId');
  const input = { email: `graph-new-${born}@acme.example`, companyName: 'x', password, invitationToken: token };
  const answer = (await harness.graphql(signUp, { input })).data?.signUp;
  expect(answer).toMatchObject({ __typename: 'SignUpSuccess', tenantId: (await run('check', { token })).tenantId });
  expect((await harness.graphql(signUp, { input: { ...input, invitationToken: 'x' } })).data?.signUp).toMatchObject({
    __typename: 'InvitationNotFoundError',
  });
});
