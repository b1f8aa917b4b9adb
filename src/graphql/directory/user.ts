import type { MembershipWithRoles as MembershipRecord } from '../../domain/directory/user.ts';
import { heldRoleIds } from '../../domain/directory/user.ts';
import type { Role as RoleRecord } from '../../domain/role/role.ts';
import { byKey } from '../../domain/role/role.ts';
import { builder } from '../builder/builder.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { loadAll, loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Authenticator, Group, Passkey, Role, Tenant, User } from '../builder/object-refs.ts';

/** Returns roles, in the order of their keys. */
async function rolesIn(roleIds: readonly string[], { loaders }: Context): Promise<RoleRecord[]> {
  return (await loadAll(loaders().roles, roleIds)).sort(byKey);
}

const Membership = builder.objectRef<MembershipRecord>('Membership').implement({
  description: 'The membership of a user in a tenant.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant. Null if the caller may not see it.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    roles: t.field({
      type: [Role],
      description: 'The roles that were given to the user in this tenant, in the order of their keys. Those of `groups` come on top.',
      resolve: ({ roleIds }, _args, context) => rolesIn(roleIds, context),
    }),
    effectiveRoles: t.field({
      type: [Role],
      description: 'All roles of the user in this tenant, given or by a group, in the order of their keys. They decide what the user may do.',
      resolve: (membership, _args, context) => rolesIn(heldRoleIds(membership), context),
    }),
    groups: t.field({
      type: [Group],
      description: 'The groups of the user in this tenant that the caller may see.',
      resolve: async ({ groupIds }, _args, { loaders }) => loadAll(loaders().groups, groupIds),
    }),
    permissions: t.stringList({
      description:
        'The permissions that all these roles give in this tenant, by the names that access tokens use. A name that ends in `.*` covers all names with the same beginning.',
      resolve: async (membership, _args, context) => {
        const permissionIds = (await rolesIn(heldRoleIds(membership), context)).flatMap((role) => role.permissionIds);
        const permissions = await loadAll(context.loaders().permissions, [...new Set(permissionIds)]);
        return permissions.map(({ key }) => key).sort();
      },
    }),
    pending: t.exposeBoolean('pending', {
      description: 'Whether the user was invited and has not accepted yet. Until then, the tenant cannot be entered.',
    }),
    disabled: t.exposeBoolean('disabled', { description: 'Whether the membership is switched off. While it is, the tenant cannot be entered.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the membership ends by itself. Null if it does not.',
    }),
    enteredAt: t.expose('enteredAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the user first logged in to the tenant. Null if that has not happened yet.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user joined the tenant.' }),
  }),
});

/** What fields about authenticators say of users whom an access token shows but is not for. */
const ofOthers = (value: string): string => `${value} for another user, unless the caller has the environment token.`;

builder.node(User, {
  name: 'User',
  description:
    'A person who logs in. The environment token sees all users, or the members of the tenant it names. A user sees their own account and, with a role that includes `fe.secure.read.users`, the other members of the current tenant, but none who are invisible and nothing of what they log in with.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().users, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST and token claims (`sub`) use.' }),
    email: t.expose('email', {
      type: 'EmailAddress',
      description:
        'The primary e-mail address as it was given, to which all messages go. No two users have the same address, and letter case does not matter.',
    }),
    name: t.exposeString('name', { description: 'The display name. It is the e-mail address if no name was given.' }),
    profilePictureUrl: t.exposeString('profilePictureUrl', { nullable: true, description: 'The URL of a picture. Null if none was given.' }),
    phoneNumber: t.exposeString('phoneNumber', {
      nullable: true,
      description: 'A phone number as it was given. Nothing is sent to it. Null if none was given.',
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The id of this user in a system of the operator. Null if none was given.',
    }),
    verified: t.exposeBoolean('verified', { description: 'Whether the e-mail address is verified. Without that, no login succeeds.' }),
    locked: t.exposeBoolean('locked', { description: 'Whether the account is locked. While it is, no login succeeds and no session works.' }),
    superUser: t.exposeBoolean('superUser', {
      description: 'A mark that the operator sets and that access tokens repeat. It opens no tenant.',
    }),
    invisible: t.exposeBoolean('invisible', { description: 'Whether lists that users read leave the user out.' }),
    mfaEnrolled: t.boolean({
      description: 'Whether an authenticator is enrolled, so that logins ask for a second factor.',
      resolve: ({ id }, _args, { loaders }) => loaders().mfaEnrolled.load(id),
    }),
    mfaBypass: t.exposeBoolean('mfaBypass', {
      description:
        'Whether the user is exempt from the second factor at login: neither asked to enroll nor challenged. A step-up still needs a second factor.',
    }),
    authenticators: t.field({
      type: [Authenticator],
      description: `The enrolled authenticators, oldest first, without any secret. ${ofOthers('Empty')}`,
      resolve: ({ id }, _args, { loaders }) => loaders().authenticators.load(id),
    }),
    passkeys: t.field({
      type: [Passkey],
      description: `The passkeys that log in instead of a password, oldest first. They are no authenticators, and do not count for \`mfaEnrolled\`. ${ofOthers('Empty')}`,
      resolve: ({ id }, _args, { loaders }) => loaders().passkeys.load(id),
    }),
    recoveryCodesRemaining: t.int({
      description: `How many recovery codes are unused. \`generateRecoveryCodes\` replaces them all. It is 0 while no authenticator is enrolled. ${ofOthers('0')}`,
      resolve: ({ id }, _args, { loaders }) => loaders().recoveryCodesRemaining.load(id),
    }),
    memberships: t.field({
      type: [Membership],
      description:
        'The tenants of the user and the roles held there, oldest membership first. Of another user, an access token shows the current tenant alone.',
      resolve: ({ id }, _args, { loaders }) => loaders().memberships.load(id),
    }),
    activeTenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant that the next login enters, which is the one used last. Null if the caller may not see it.',
      resolve: ({ activeTenantId }, _args, { loaders }) => loaders().tenants.load(activeTenantId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the user was last changed.' }),
    lastLoginAt: t.expose('lastLoginAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a login was last completed. Null if there was none yet.',
    }),
  }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: User,
    nullable: true,
    description: 'The user of the access token, or of the API token of a user. Null for an environment token.',
    access: 'somebodyOrOwnToken',
    resolve: async (_root, _args, context) => {
      const caller = await callerOf(context);
      return caller.actor.kind === 'ENVIRONMENT' ? null : context.services.users.me(caller);
    },
  }),
  user: t.field({
    type: User,
    nullable: true,
    description: 'Returns one user. Null if it does not exist or the caller may not see it.',
    access: 'anyToken',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the user.' }) },
    resolve: (_root, { id }, { loaders }) => loaders().users.load(restIdOf('User', id)),
  }),
}));
