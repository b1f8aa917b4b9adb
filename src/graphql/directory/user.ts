import { z } from 'zod';
import type { MembershipWithRoles as MembershipRecord } from '../../domain/directory/user.ts';
import type { Role as RoleRecord } from '../../domain/role/role.ts';
import { byKey } from '../../domain/role/role.ts';
import type { UserConditions } from '../../services/directory/users.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import type { Context } from '../builder/context.ts';
import { callerOf } from '../builder/context.ts';
import { id, text } from '../builder/input-rules.ts';
import { loadAll, loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Authenticator, Role, Tenant, User } from '../builder/object-refs.ts';

/** Returns the roles of a membership, in the order of their keys. */
async function rolesIn({ roleIds }: MembershipRecord, { loaders }: Context): Promise<RoleRecord[]> {
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
      description: 'The roles of the user in this tenant, in the order of their keys. Empty if there are none.',
      resolve: (membership, _args, context) => rolesIn(membership, context),
    }),
    permissions: t.stringList({
      description:
        'The permissions that the roles give in this tenant, by the names that access tokens use. A name that ends in `.*` covers all names with the same beginning.',
      resolve: async (membership, _args, context) => {
        const permissionIds = (await rolesIn(membership, context)).flatMap((role) => role.permissionIds);
        const permissions = await loadAll(context.loaders().permissions, [...new Set(permissionIds)]);
        return permissions.map(({ key }) => key).sort();
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user joined the tenant.' }),
  }),
});

builder.node(User, {
  name: 'User',
  description:
    'A person who logs in. The environment token sees all users, or the members of the tenant it names. A user sees only their own account.',
  access: 'somebody',
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
    mfaEnrolled: t.boolean({
      description: 'Whether an authenticator is enrolled, so that logins ask for a second factor.',
      resolve: async ({ id }, _args, { loaders }) => (await loaders().authenticators.load(id)).length > 0,
    }),
    mfaBypass: t.exposeBoolean('mfaBypass', {
      description:
        'Whether the user is exempt from the second factor at login: neither asked to enroll nor challenged. A step-up still needs a second factor.',
    }),
    authenticators: t.field({
      type: [Authenticator],
      description: 'The enrolled authenticators, oldest first, without any secret.',
      resolve: ({ id }, _args, { loaders }) => loaders().authenticators.load(id),
    }),
    recoveryCodesRemaining: t.int({
      description: 'How many recovery codes are unused. `generateRecoveryCodes` replaces them all. It is 0 while no authenticator is enrolled.',
      resolve: ({ id }, _args, { loaders }) => loaders().recoveryCodesRemaining.load(id),
    }),
    memberships: t.field({
      type: [Membership],
      description: 'The tenants of the user and the roles held there, oldest membership first.',
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

const UserConnection = builder.connectionObject({ type: User, name: 'UserConnection' });

const UserFilter = builder.inputType('UserFilter', {
  description: 'Conditions on the users to return. A user must meet all of them. Absent and null conditions are ignored.',
  validate: z.looseObject({ email: text().nullish(), roleId: id.nullish() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', required: false, description: 'Only the user with this address, in any spelling of it.' }),
    roleId: t.id({
      required: false,
      description: 'Only users who hold this role, by global id or `restId`: in the current tenant, or without one in any tenant.',
    }),
    verified: t.boolean({ required: false, description: 'Only users whose address is verified, or with false only those whose address is not.' }),
    locked: t.boolean({ required: false, description: 'Only locked users, or with false only those who are not.' }),
    mfaEnrolled: t.boolean({ required: false, description: 'Only users with an authenticator, or with false only those without any.' }),
    loggedIn: t.boolean({ required: false, description: 'Only users who have ever completed a login, or with false only those who never did.' }),
  }),
});

interface GivenConditions {
  email?: string | null | undefined;
  roleId?: string | null | undefined;
  verified?: boolean | null | undefined;
  locked?: boolean | null | undefined;
  mfaEnrolled?: boolean | null | undefined;
  loggedIn?: boolean | null | undefined;
}

const conditionsOf = ({ email, roleId, verified, locked, mfaEnrolled, loggedIn }: GivenConditions): UserConditions => ({
  ...(email == null ? {} : { email }),
  ...(roleId == null ? {} : { roleId: restIdOf('Role', roleId) }),
  ...(verified == null ? {} : { verified }),
  ...(locked == null ? {} : { locked }),
  ...(mfaEnrolled == null ? {} : { mfaEnrolled }),
  ...(loggedIn == null ? {} : { loggedIn }),
});

builder.queryFields((t) => ({
  viewer: t.field({
    type: User,
    nullable: true,
    description: 'The user of the access token. Null for an environment token.',
    access: 'somebody',
    resolve: async (_root, _args, context) => {
      const caller = await callerOf(context);
      return caller.actor.kind === 'USER' ? context.services.users.me(caller) : null;
    },
  }),
  user: t.field({
    type: User,
    nullable: true,
    description: 'Returns one user. Null if it does not exist or the caller may not see it.',
    access: 'somebody',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the user.' }) },
    resolve: (_root, { id }, { loaders }) => loaders().users.load(restIdOf('User', id)),
  }),
  users: t.field({
    type: UserConnection,
    description:
      'The users of the tenant that the environment token names, or of the whole environment, oldest first. Requires the environment token.',
    access: 'environment',
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: UserFilter, required: false, description: 'Conditions on the users.' }) },
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const conditions = conditionsOf(args.filter ?? {});
      const users = await context.services.users.list(caller, { ...conditions, page });
      return { ...connectionOf(users, page), count: () => context.services.users.count(caller, conditions) };
    },
  }),
}));
