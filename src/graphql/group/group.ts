import { byKey } from '../../domain/role/role.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { loadAll, loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Group, Role, Tenant, User } from '../builder/object-refs.ts';

const GroupMemberConnection = builder.connectionObject({
  type: User,
  name: 'GroupMemberConnection',
  description: 'One page of the members of a group, oldest user first.',
});

builder.node(Group, {
  name: 'Group',
  description:
    'A named set of members of a tenant. While the environment lets groups and their roles count, every member holds the roles of the group. The environment token sees all groups, or those of the tenant it names. A user sees those of the current tenant with a role that includes `fe.secure.read.groups`, and otherwise the own ones.',
  access: 'somebody',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().groups, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant of the group. Null if the caller may not see it.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    name: t.exposeString('name', { description: 'The name, which is unique in the tenant.' }),
    color: t.exposeString('color', { description: 'A color for front ends, as it was given. Empty if none was.' }),
    description: t.exposeString('description', { description: 'A description. Empty if none was given.' }),
    metadata: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'Data of the operator, as it was given. An empty object if none was.',
      resolve: ({ metadata }) => JSON.parse(metadata) as Record<string, unknown>,
    }),
    roles: t.field({
      type: [Role],
      description: 'The roles in the group, in the order of their keys.',
      resolve: async ({ roleIds }, _args, { loaders }) => (await loadAll(loaders().roles, roleIds)).sort(byKey),
    }),
    members: t.field({
      type: GroupMemberConnection,
      access: 'readGroups',
      description: 'The members of the group, oldest user first. Users who are invisible are left out for other users.',
      args: t.arg.connectionArgs(),
      resolve: async ({ id }, args, context) => {
        const caller = await callerOf(context);
        const page = pageRequest(args);
        const { groupMembers } = context.services;
        return { ...connectionOf(await groupMembers.list(caller, { id, page }), page), count: () => groupMembers.count(caller, { id }) };
      },
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the group was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the group was last changed, its roles and members included.' }),
  }),
});

const GroupConnection = builder.connectionObject({
  type: Group,
  name: 'GroupConnection',
  description: 'One page of the groups of a tenant, oldest first.',
});

const GroupSettings = builder.objectRef<{ groupsEnabled: boolean; groupRolesEnabled: boolean }>('GroupSettings').implement({
  description: 'Whether tenants have groups.',
  fields: (t) => ({
    enabled: t.exposeBoolean('groupsEnabled', { description: 'Whether groups may be created, and count.' }),
    rolesEnabled: t.exposeBoolean('groupRolesEnabled', { description: 'Whether the members of a group hold its roles.' }),
  }),
});

builder.queryFields((t) => ({
  group: t.field({
    type: Group,
    nullable: true,
    description: 'Returns one group. Null if it does not exist or the caller may not see it.',
    access: 'somebody',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the group.' }) },
    resolve: (_root, { id }, { loaders }) => loaders().groups.load(restIdOf('Group', id)),
  }),
  groups: t.field({
    type: GroupConnection,
    description:
      'The groups of the current tenant, or those of all tenants for an environment token that names none, oldest first. Requires the environment token, or a user whose roles include `fe.secure.read.groups`.',
    access: 'readGroups',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const { groups } = context.services;
      return { ...connectionOf(await groups.list(caller, { page }), page), count: () => groups.count(caller) };
    },
  }),
  groupSettings: t.field({
    type: GroupSettings,
    description: 'Whether tenants have groups, and whether their roles count.',
    access: 'somebody',
    resolve: async (_root, _args, context) => context.services.environment.publicSettings(await callerOf(context)),
  }),
}));
