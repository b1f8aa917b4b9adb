import { builder } from '../builder/builder.ts';
import { loadAll, loadNodes } from '../builder/loaders.ts';
import { InvitationLink, Role, Tenant, User } from '../builder/object-refs.ts';

builder.node(InvitationLink, {
  name: 'InvitationLink',
  description:
    'A link by which people join a tenant, however many they are, until it expires. It is the own link of a member, who has one in each tenant, or one of the tenant itself. Whoever uses it brings its token to a login or a sign-up. A user reads no link but their own.',
  access: 'writeTenantInvites',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().invitationLinks, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant that people join. Null if it was deleted meanwhile.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    owner: t.field({
      type: User,
      nullable: true,
      description: 'The member whose own link it is. Null for a link of the tenant itself.',
      resolve: ({ userId }, _args, { loaders }) => (userId === null ? null : loaders().users.load(userId)),
    }),
    token: t.exposeString('token', {
      description: 'The token. Each mutation that logs in by a first factor takes it as `invitationToken`, and so does `signUp`.',
    }),
    url: t.exposeString('url', { description: 'The address of the page on which people use the link, with the token in it.' }),
    roles: t.field({
      type: [Role],
      description:
        'The roles that people get who join. Empty stands for the default roles. A role that was deleted is left out, and the link lets nobody in then.',
      resolve: ({ roleIds }, _args, { loaders }) => loadAll(loaders().roles, roleIds),
    }),
    notifiesOwner: t.exposeBoolean('notifiesOwner', { description: 'Whether the owner is told by mail of everybody who joins.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the link was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the link stops working.' }),
  }),
});
