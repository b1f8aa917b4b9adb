import type { assignmentTypes } from '../../domain/role/permission.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { loadNodes } from '../builder/loaders.ts';
import { Permission, PermissionCategory } from '../builder/object-refs.ts';

/** Whether roles of tenants may have a permission. */
export const PermissionAssignmentType = builder.enumType('PermissionAssignmentType', {
  description: 'Whether a role that a tenant makes itself may have a permission. The environment token may put any permission into any role.',
  values: enumValues<(typeof assignmentTypes)[number]>({
    NEVER: 'No role that a tenant makes may have it.',
    ALWAYS: 'Every role that a tenant makes has it by itself.',
    ASSIGNABLE: 'A role that a tenant makes has it if its maker chooses it, and holds it too.',
  }),
});

builder.node(PermissionCategory, {
  name: 'PermissionCategory',
  description: 'A group of permissions, to show them in order.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().permissionCategories, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    name: t.exposeString('name', { description: 'The name. No two categories have the same.' }),
    description: t.string({ description: 'A description. Empty if none was given.', resolve: ({ description }) => description ?? '' }),
    builtIn: t.exposeBoolean('builtIn', { description: 'Whether it is built in. Such a category cannot be changed or deleted.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the category was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the category was last changed.' }),
  }),
});

builder.node(Permission, {
  name: 'Permission',
  description:
    'Something that a role allows. This server checks the built-in permissions, whose keys begin with `fe.`. The others are for software that reads access tokens.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().permissions, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    key: t.exposeString('key', {
      description: 'The name by which access tokens state it. A key that ends in `.*` covers all keys with the same beginning.',
    }),
    name: t.exposeString('name', { description: 'The name to show to people.' }),
    description: t.exposeString('description', { description: 'A description. Empty if none was given.' }),
    category: t.field({
      type: PermissionCategory,
      nullable: true,
      description: 'The category. Null if it has none.',
      resolve: ({ categoryId }, _args, { loaders }) => (categoryId === null ? null : loaders().permissionCategories.load(categoryId)),
    }),
    builtIn: t.exposeBoolean('builtIn', { description: 'Whether it is built in. Such a permission cannot be changed or deleted.' }),
    assignmentType: t.expose('assignmentType', { type: PermissionAssignmentType, description: 'Whether roles that a tenant makes may have it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the permission was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the permission was last changed.' }),
  }),
});

const PermissionConnection = builder.connectionObject({ type: Permission, name: 'PermissionConnection' });

const whoReads = 'Requires the environment token, or a user whose roles include `fe.secure.read.permissions`.';

builder.queryFields((t) => ({
  permissions: t.field({
    type: PermissionConnection,
    description: `All permissions, oldest first. ${whoReads}`,
    access: 'readPermissions',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const permissions = await context.services.permissions.list(caller, { page });
      return { ...connectionOf(permissions, page), count: () => context.services.permissions.count(caller) };
    },
  }),
  permissionCategories: t.field({
    type: [PermissionCategory],
    description: `All categories of permissions, in the order of their names. ${whoReads}`,
    access: 'readPermissions',
    resolve: async (_root, _args, context) => context.services.permissionCategories.all(await callerOf(context)),
  }),
}));
