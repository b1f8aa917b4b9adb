import { permissionsOf } from '../../domain/access/role.ts';
import type { Membership as MembershipRecord } from '../../domain/directory/user.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Authenticator, Tenant, User } from '../builder/object-refs.ts';
import { Role } from './role.ts';

const Membership = builder.objectRef<MembershipRecord>('Membership').implement({
  description: 'A user in a tenant.',
  fields: (t) => ({
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant. Null where the caller may not see it.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders.tenants.load(tenantId),
    }),
    roles: t.field({ type: [Role], description: 'Roles of the user in this tenant; empty for none.', resolve: ({ roles }) => roles }),
    permissions: t.stringList({
      description: 'What the roles allow in this tenant, by the names access tokens use; one that ends in `.*` covers all that begin like it.',
      resolve: ({ roles }) => permissionsOf(roles),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user joined.' }),
  }),
});

builder.node(User, {
  name: 'User',
  description: 'A person who logs in. Seen by the environment token (one that names a tenant sees its members) and by the user.',
  authScopes: { somebody: true },
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loaders.users.loadMany(ids).then((found) => found.map((user) => (user instanceof Error ? null : user))),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id REST and token claims (`sub`) use.' }),
    email: t.expose('email', { type: 'EmailAddress', description: 'The address as it was given. No two users share one, whatever the letter case.' }),
    name: t.exposeString('name', { description: 'Name to show; the address where none was given.' }),
    profilePictureUrl: t.exposeString('profilePictureUrl', { nullable: true, description: 'Address of a picture. Null where none was given.' }),
    phoneNumber: t.exposeString('phoneNumber', {
      nullable: true,
      description: 'Phone number as given; nothing was sent to it. Null where none was given.',
    }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'Id of this user in a system of the operator. Null where none was given.',
    }),
    verified: t.exposeBoolean('verified', { description: 'Whether the address was verified; without it no login succeeds.' }),
    locked: t.exposeBoolean('locked', { description: 'Whether the account is shut: no login succeeds and no session works.' }),
    mfaEnrolled: t.boolean({
      description: 'Whether a factor is enrolled, so that every login asks for it.',
      resolve: async ({ id }, _args, { loaders }) => (await loaders.authenticators.load(id)).length > 0,
    }),
    mfaBypass: t.exposeBoolean('mfaBypass', {
      description:
        'Whether the operator spares this user the second factor at login: neither asked to enroll nor challenged. A step-up still needs a factor.',
    }),
    authenticators: t.field({
      type: [Authenticator],
      description: 'Enrolled factors, oldest first, without any secret.',
      resolve: ({ id }, _args, { loaders }) => loaders.authenticators.load(id),
    }),
    recoveryCodesRemaining: t.int({
      description: 'Recovery codes not used yet; `generateRecoveryCodes` replaces them all. 0 while no factor is enrolled.',
      resolve: ({ id }, _args, { loaders }) => loaders.recoveryCodesRemaining.load(id),
    }),
    memberships: t.field({
      type: [Membership],
      description: 'Tenants of the user and the roles held there, oldest membership first.',
      resolve: ({ id }, _args, { loaders }) => loaders.memberships.load(id),
    }),
    activeTenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant the next login enters: the one used last. Null where the caller may not see it.',
      resolve: ({ activeTenantId }, _args, { loaders }) => loaders.tenants.load(activeTenantId),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the user was last changed.' }),
    lastLoginAt: t.expose('lastLoginAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When a login was last completed. Null before the first.',
    }),
  }),
});

const UserConnection = builder.connectionObject({ type: User, name: 'UserConnection' });

builder.queryFields((t) => ({
  viewer: t.field({
    type: User,
    nullable: true,
    description: 'The user behind a user token. Null for an environment token.',
    authScopes: { somebody: true },
    resolve: async (_root, _args, context) => {
      const caller = await callerOf(context);
      return caller.actor.kind === 'USER' ? context.services.users.me(caller) : null;
    },
  }),
  user: t.field({
    type: User,
    nullable: true,
    description: 'One user. Null for an unknown one and for one the caller may not see.',
    authScopes: { somebody: true },
    args: { id: t.arg.id({ description: 'The global id, or the `restId`.' }) },
    resolve: (_root, { id }, { loaders }) => loaders.users.load(restIdOf('User', id)),
  }),
  users: t.field({
    type: UserConnection,
    description: 'Users of the tenant the environment token names, or of the whole environment, oldest first.',
    authScopes: { environment: true },
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const users = await context.services.users.list(caller, { page });
      return { ...connectionOf(users, page), count: () => context.services.users.count(caller) };
    },
  }),
}));
