import { z } from 'zod';
import { maxTextCharacters } from '../../domain/bounds.ts';
import type { RoleFilter as Filter } from '../../domain/role/role.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { storable, tenantId } from '../builder/input-rules.ts';
import { loadAll, loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Permission, Role, Tenant } from '../builder/object-refs.ts';

builder.node(Role, {
  name: 'Role',
  description:
    'A set of permissions that members of a tenant hold. A role belongs to the environment, and then every tenant has it, or to one tenant. The environment token sees all roles, and users those of the environment and of their tenants.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().roles, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant whose own role it is. Null for a role of the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    key: t.exposeString('key', { description: 'The name by which access tokens state it. No two roles that one tenant has share a key.' }),
    name: t.exposeString('name', { description: 'The name to show to people.' }),
    description: t.exposeString('description', { description: 'A description. Empty if none was given.' }),
    defaultRole: t.exposeBoolean('isDefault', { description: 'Whether a new member gets it if no roles are named.' }),
    firstUserRole: t.exposeBoolean('firstUserRole', {
      description: 'Whether the first user of a tenant gets it, instead of the default roles, if no roles are named.',
    }),
    level: t.exposeInt('level', {
      description:
        'How powerful the role is: 0 is the most powerful level. Users can only give, take and change roles whose level is not smaller than the smallest of their own.',
    }),
    permissions: t.field({
      type: [Permission],
      description: 'The permissions in the role.',
      resolve: ({ permissionIds }, _args, { loaders }) => loadAll(loaders().permissions, permissionIds),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the role was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the role or its permissions were last changed.' }),
  }),
});

const RoleConnection = builder.connectionObject({ type: Role, name: 'RoleConnection' });

const RoleFilter = builder.inputType('RoleFilter', {
  description: 'Conditions on the roles to return. A role must meet all of them. Absent and null conditions are ignored.',
  validate: z.looseObject({ text: storable.max(maxTextCharacters).nullish(), tenantId: tenantId.nullish() }),
  fields: (t) => ({
    tenantId: t.id({ required: false, description: 'Only own roles of this tenant, by global id or `restId`.' }),
    levels: t.intList({ required: false, description: 'Only roles with one of these levels.' }),
    text: t.string({ required: false, description: 'Only roles whose key or name contains this text. The case of ASCII letters does not matter.' }),
  }),
});

interface GivenFilter {
  tenantId?: string | null | undefined;
  levels?: readonly number[] | null | undefined;
  text?: string | null | undefined;
}

const filterOf = ({ tenantId, levels, text }: GivenFilter): Filter => ({
  ...(tenantId == null ? {} : { tenantIds: [restIdOf('Tenant', tenantId)] }),
  ...(levels == null ? {} : { levels }),
  ...(text == null ? {} : { text }),
});

builder.queryFields((t) => ({
  role: t.field({
    type: Role,
    nullable: true,
    description: 'Returns one role. Null if it does not exist or the caller may not see it.',
    access: 'anyToken',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the role.' }) },
    resolve: (_root, { id }, { loaders }) => loaders().roles.load(restIdOf('Role', id)),
  }),
  roles: t.field({
    type: RoleConnection,
    description:
      'The roles of the environment and of the current tenant, or those of all tenants for an environment token that names none, oldest first. Requires the environment token, or a user whose roles include `fe.secure.read.roles`.',
    access: 'readRoles',
    args: { ...t.arg.connectionArgs(), filter: t.arg({ type: RoleFilter, required: false, description: 'Conditions on the roles.' }) },
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const filter = filterOf(args.filter ?? {});
      const roles = await context.services.roles.list(caller, { ...filter, page });
      return { ...connectionOf(roles, page), count: () => context.services.roles.count(caller, filter) };
    },
  }),
}));
