import { z } from 'zod';
import type { Permission as PermissionRecord } from '../../domain/role/permission.ts';
import { maxDescriptionCharacters, maxKeyCharacters } from '../../domain/role/role.ts';
import { permissionErrors } from '../../services/role/permissions.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, nonNull } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { Permission } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { description, key, keyDescription, permissionIds, roleIds, title } from './input-rules.ts';
import { PermissionAssignmentType } from './permission.ts';

const changed = (name: string, text: string) =>
  builder.objectRef<{ permission: PermissionRecord }>(name).implement({
    description: text,
    fields: (t) => ({ permission: t.expose('permission', { type: Permission, description: 'The permission after the change.' }) }),
  });

const permissionIdDescription = 'The global id or `restId` of the permission.';
const reserved = 'Keys that begin with `fe.` are reserved.';

const CreatePermissionInput = builder.inputType('CreatePermissionInput', {
  description: 'The permission to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({
    ...{ key, name: title, description: description.optional(), categoryId: id.optional(), assignmentType: nonNull.optional() },
  }),
  fields: (t) => ({
    key: t.string({ description: `The key, which access tokens state: ${keyDescription}. ${reserved}` }),
    name: t.string({ description: `The name, 1 to ${maxKeyCharacters} characters.` }),
    description: t.string({ required: false, description: `A description, at most ${maxDescriptionCharacters} characters.` }),
    categoryId: t.id({ required: false, description: 'The category, by global id or `restId`. If absent, it has none.' }),
    assignmentType: t.field({
      type: PermissionAssignmentType,
      required: false,
      description: 'Whether roles that a tenant makes may have it. If absent, it is `ASSIGNABLE`.',
    }),
  }),
});

const UpdatePermissionInput = builder.inputType('UpdatePermissionInput', {
  description: 'The permission and the fields to change, at least one. Absent fields keep their value. Null is refused except for `categoryId`.',
  validate: z.looseObject({
    ...{ permissionId: id, key: key.optional(), name: title.optional(), description: description.optional(), categoryId: id.nullish() },
  }),
  fields: (t) => ({
    permissionId: t.id({ description: permissionIdDescription }),
    key: t.string({ required: false, description: `The key, which access tokens state: ${keyDescription}. ${reserved}` }),
    name: t.string({ required: false, description: `The name, 1 to ${maxKeyCharacters} characters.` }),
    description: t.string({ required: false, description: `A description, at most ${maxDescriptionCharacters} characters.` }),
    categoryId: t.id({ required: false, description: 'The category, by global id or `restId`. Null removes it.' }),
  }),
});

const DeletePermissionInput = builder.inputType('DeletePermissionInput', {
  description: 'The permission to delete.',
  validate: z.looseObject({ permissionId: id }),
  fields: (t) => ({ permissionId: t.id({ description: permissionIdDescription }) }),
});

const AddPermissionToRolesInput = builder.inputType('AddPermissionToRolesInput', {
  description: 'The permission, and the roles that shall have it.',
  validate: z.looseObject({ permissionId: id, roleIds }),
  fields: (t) => ({
    permissionId: t.id({ description: permissionIdDescription }),
    roleIds: t.idList({ description: 'The roles, by global id or `restId`. Other roles that have it keep it.' }),
  }),
});

const ClassifyPermissionsInput = builder.inputType('ClassifyPermissionsInput', {
  description: 'The permissions, and whether roles of tenants may have them.',
  validate: z.looseObject({ permissionIds }),
  fields: (t) => ({
    permissionIds: t.idList({ description: 'The permissions, by global id or `restId`.' }),
    assignmentType: t.field({ type: PermissionAssignmentType, description: 'Whether roles that a tenant makes may have them.' }),
  }),
});

const CreatePermissionSuccess = changed('CreatePermissionSuccess', 'The permission was created.');
const UpdatePermissionSuccess = changed('UpdatePermissionSuccess', 'The permission was changed.');
const AddPermissionToRolesSuccess = changed('AddPermissionToRolesSuccess', 'The roles have the permission.');
const DeletePermissionSuccess = builder.objectRef<{ permission: PermissionRecord }>('DeletePermissionSuccess').implement({
  description: 'The permission was deleted. No role has it any more.',
  fields: (t) => ({
    deletedPermissionId: t.id({
      description: 'The global id that the permission had.',
      resolve: ({ permission }) => globalId('Permission', permission.id),
    }),
  }),
});
const ClassifyPermissionsSuccess = builder.objectRef<{ permissions: PermissionRecord[] }>('ClassifyPermissionsSuccess').implement({
  description: 'The permissions were classified.',
  fields: (t) => ({ permissions: t.expose('permissions', { type: [Permission], description: 'The permissions after the change.' }) }),
});

const who = 'Requires the environment token.';

builder.mutationFields((t) => ({
  createPermission: t.field({
    type: CreatePermissionSuccess,
    description: `Creates a permission. ${who}`,
    access: 'environment',
    errors: resultUnion('createPermission', permissionErrors.create),
    args: { input: t.arg({ type: CreatePermissionInput, description: 'The permission to create.' }) },
    resolve: async (_root, { input }, context) => {
      const [permission] = await context.services.permissions.create(await callerOf(context), {
        permissions: [
          {
            ...{ key: input.key, name: input.name, description: input.description ?? '' },
            categoryId: input.categoryId == null ? null : restIdOf('PermissionCategory', input.categoryId),
            assignmentType: input.assignmentType ?? 'ASSIGNABLE',
          },
        ],
      });
      // One permission was given, so one was created.
      return { permission: permission as PermissionRecord };
    },
  }),
  updatePermission: t.field({
    type: UpdatePermissionSuccess,
    description: `Changes fields of a permission that is not built in. ${who}`,
    access: 'environment',
    errors: resultUnion('updatePermission', permissionErrors.update),
    args: { input: t.arg({ type: UpdatePermissionInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input }, context) => ({
      permission: await context.services.permissions.update(await callerOf(context), {
        id: restIdOf('Permission', input.permissionId),
        fields: {
          ...(input.key == null ? {} : { key: input.key }),
          ...(input.name == null ? {} : { name: input.name }),
          ...(input.description == null ? {} : { description: input.description }),
          ...(input.categoryId === undefined
            ? {}
            : { categoryId: input.categoryId === null ? null : restIdOf('PermissionCategory', input.categoryId) }),
        },
      }),
    }),
  }),
  deletePermission: t.field({
    type: DeletePermissionSuccess,
    description: `Deletes a permission that is not built in, and takes it from all roles. ${who}`,
    access: 'environment',
    errors: resultUnion('deletePermission', permissionErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeletePermissionInput, description: 'The permission to delete.' }) },
    resolve: async (_root, { input }, context) => ({
      permission: await context.services.permissions.remove(await callerOf(context), { id: restIdOf('Permission', input.permissionId) }),
    }),
  }),
  addPermissionToRoles: t.field({
    type: AddPermissionToRolesSuccess,
    description: `Adds a permission, which may be a built-in one, to roles. ${who}`,
    access: 'environment',
    errors: resultUnion('addPermissionToRoles', permissionErrors.addToRoles, 'INVALID_INPUT'),
    args: { input: t.arg({ type: AddPermissionToRolesInput, description: 'The permission and the roles.' }) },
    resolve: async (_root, { input }, context) => ({
      permission: await context.services.permissions.addToRoles(await callerOf(context), {
        id: restIdOf('Permission', input.permissionId),
        roleIds: input.roleIds.map((roleId) => restIdOf('Role', roleId)),
      }),
    }),
  }),
  classifyPermissions: t.field({
    type: ClassifyPermissionsSuccess,
    description: `Sets whether roles that a tenant makes may have the permissions. Built-in permissions can be classified too. ${who}`,
    access: 'environment',
    errors: resultUnion('classifyPermissions', permissionErrors.classify, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ClassifyPermissionsInput, description: 'The permissions and their classification.' }) },
    resolve: async (_root, { input }, context) => ({
      permissions: await context.services.permissions.classify(await callerOf(context), {
        ids: input.permissionIds.map((each) => restIdOf('Permission', each)),
        type: input.assignmentType,
      }),
    }),
  }),
}));
