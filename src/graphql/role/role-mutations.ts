import { z } from 'zod';
import type { Role as RoleRecord } from '../../domain/role/role.ts';
import { maxDescriptionCharacters, maxKeyCharacters, maxLevel } from '../../domain/role/role.ts';
import { roleErrors } from '../../services/role/roles.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, id, tenantId } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { Role } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { description, key, keyDescription, level, permissionIds, title } from './input-rules.ts';

const changed = (name: string, text: string) =>
  builder
    .objectRef<{ role: RoleRecord }>(name)
    .implement({ description: text, fields: (t) => ({ role: t.expose('role', { type: Role, description: 'The role after the change.' }) }) });

const roleIdDescription = 'The global id or `restId` of the role.';
const idsOf = (ids: readonly string[]): string[] => ids.map((each) => restIdOf('Permission', each));

const optionalRules = {
  description: description.optional(),
  defaultRole: flag.optional(),
  firstUserRole: flag.optional(),
  level: level.optional(),
  migrateRole: flag.optional(),
};

const CreateRoleInput = builder.inputType('CreateRoleInput', {
  description: 'The role to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({ key, name: title, ...optionalRules, permissionIds: permissionIds.optional(), baseRoleId: id.optional() }),
  fields: (t) => ({
    key: t.string({ description: `The key, which access tokens state: ${keyDescription}.` }),
    name: t.string({ description: `The name, 1 to ${maxKeyCharacters} characters.` }),
    description: t.string({ required: false, description: `A description, at most ${maxDescriptionCharacters} characters.` }),
    defaultRole: t.boolean({ required: false, description: 'Whether new members get it if no roles are named. If absent, it is false.' }),
    firstUserRole: t.boolean({
      required: false,
      description: 'Whether the first user of a tenant gets it if no roles are named. If absent, it is false. Not with `baseRoleId`.',
    }),
    level: t.int({
      required: false,
      description: `The level, 0 to ${maxLevel}. If absent, it is 0. With \`baseRoleId\` it is that of the base role.`,
    }),
    migrateRole: t.boolean({
      required: false,
      description: 'Whether a default role is given to all present members as well. If absent, it is false. Not with `baseRoleId`.',
    }),
    permissionIds: t.idList({ required: false, description: 'The permissions in it, by global id or `restId`. If absent, it has none.' }),
    baseRoleId: t.id({
      required: false,
      description: 'A role whose level the new one gets, and which must have all of the permissions, by global id or `restId`.',
    }),
  }),
});

const UpdateRoleInput = builder.inputType('UpdateRoleInput', {
  description: 'The role and the fields to change, at least one. Absent fields keep their value. Null is refused.',
  validate: z.looseObject({ roleId: id, key: key.optional(), name: title.optional(), ...optionalRules }),
  fields: (t) => ({
    roleId: t.id({ description: roleIdDescription }),
    key: t.string({ required: false, description: `The key, which access tokens state: ${keyDescription}.` }),
    name: t.string({ required: false, description: `The name, 1 to ${maxKeyCharacters} characters.` }),
    description: t.string({ required: false, description: `A description, at most ${maxDescriptionCharacters} characters.` }),
    defaultRole: t.boolean({ required: false, description: 'Whether new members get it if no roles are named.' }),
    firstUserRole: t.boolean({ required: false, description: 'Whether the first user of a tenant gets it if no roles are named.' }),
    level: t.int({ required: false, description: `The level, 0 to ${maxLevel}.` }),
    migrateRole: t.boolean({ required: false, description: 'Whether a role that is a default now is given to all present members. It is no field.' }),
  }),
});

const DeleteRoleInput = builder.inputType('DeleteRoleInput', {
  description: 'The role to delete.',
  validate: z.looseObject({ roleId: id }),
  fields: (t) => ({ roleId: t.id({ description: roleIdDescription }) }),
});

const SetRolePermissionsInput = builder.inputType('SetRolePermissionsInput', {
  description: 'The role, and all the permissions that it shall have.',
  validate: z.looseObject({ roleId: id, permissionIds }),
  fields: (t) => ({
    roleId: t.id({ description: roleIdDescription }),
    permissionIds: t.idList({ description: 'The permissions, by global id or `restId`. An empty list takes all of them away.' }),
  }),
});

const SetRoleTenantInput = builder.inputType('SetRoleTenantInput', {
  description: 'The role, and the tenant whose own role it shall be.',
  validate: z.looseObject({ roleId: id, tenantId: tenantId.nullish() }),
  fields: (t) => ({
    roleId: t.id({ description: roleIdDescription }),
    tenantId: t.id({
      required: false,
      description: 'The tenant, by global id or `restId`. If absent or null, the role becomes one of the environment, which every tenant has.',
    }),
  }),
});

const CreateRoleSuccess = changed('CreateRoleSuccess', 'The role was created.');
const UpdateRoleSuccess = changed('UpdateRoleSuccess', 'The role was changed.');
const SetRolePermissionsSuccess = changed('SetRolePermissionsSuccess', 'The permissions in the role were replaced.');
const SetRoleTenantSuccess = changed('SetRoleTenantSuccess', 'The role belongs to another tenant, or to the environment.');
const DeleteRoleSuccess = builder.objectRef<{ role: RoleRecord }>('DeleteRoleSuccess').implement({
  description: 'The role was deleted. Nobody holds it any more.',
  fields: (t) => ({
    deletedRoleId: t.id({ description: 'The global id that the role had.', resolve: ({ role }) => globalId('Role', role.id) }),
  }),
});

const whose = 'of the current tenant, or of the environment if an environment token names no tenant';
const who = (permission: string) =>
  `Requires the environment token, or a user whose roles include \`${permission}\`. A user needs a recent second factor, and only changes roles of the current tenant that are no more powerful than the user's own.`;

interface GivenFields {
  key?: string | null | undefined;
  name?: string | null | undefined;
  description?: string | null | undefined;
  defaultRole?: boolean | null | undefined;
  firstUserRole?: boolean | null | undefined;
  level?: number | null | undefined;
}

/** Takes the fields that were given, because an absent field must not become a change. */
const presentFields = (fields: GivenFields) => ({
  ...(fields.key == null ? {} : { key: fields.key }),
  ...(fields.name == null ? {} : { name: fields.name }),
  ...(fields.description == null ? {} : { description: fields.description }),
  ...(fields.defaultRole == null ? {} : { isDefault: fields.defaultRole }),
  ...(fields.firstUserRole == null ? {} : { firstUserRole: fields.firstUserRole }),
  ...(fields.level == null ? {} : { level: fields.level }),
});

builder.mutationFields((t) => ({
  createRole: t.field({
    type: CreateRoleSuccess,
    description: `Creates a role ${whose}. ${who('fe.secure.write.roles')} A user puts only permissions into it that the user holds.`,
    access: 'writeRoles',
    errors: resultUnion('createRole', [...roleErrors.create, ...roleErrors.createFromBase]),
    args: { input: t.arg({ type: CreateRoleInput, description: 'The role to create.' }) },
    resolve: async (_root, { input }, context) => {
      const caller = await callerOf(context);
      const { roles } = context.services;
      const fields = {
        ...{ key: input.key, name: input.name, description: input.description ?? '', isDefault: input.defaultRole ?? false },
        permissionIds: idsOf(input.permissionIds ?? []),
      };
      if (input.baseRoleId != null)
        return { role: await roles.createFromBase(caller, { ...fields, baseRoleId: restIdOf('Role', input.baseRoleId) }) };
      const more = { firstUserRole: input.firstUserRole ?? false, level: input.level ?? 0, migrateRole: input.migrateRole ?? false };
      const [role] = await roles.create(caller, { roles: [{ ...fields, ...more }] });
      // One role was given, so one was created.
      return { role: role as RoleRecord };
    },
  }),
  updateRole: t.field({
    type: UpdateRoleSuccess,
    description: `Changes fields of a role. ${who('fe.secure.write.updateRole')}`,
    access: 'updateRole',
    errors: resultUnion('updateRole', roleErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdateRoleInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input: { roleId, migrateRole, ...fields } }, context) => ({
      role: await context.services.roles.update(await callerOf(context), {
        ...{ id: restIdOf('Role', roleId), change: presentFields(fields), migrateRole: migrateRole ?? false },
      }),
    }),
  }),
  deleteRole: t.field({
    type: DeleteRoleSuccess,
    description: `Deletes a role and takes it from everybody. ${who('fe.secure.delete.role')}`,
    access: 'deleteRole',
    errors: resultUnion('deleteRole', roleErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteRoleInput, description: 'The role to delete.' }) },
    resolve: async (_root, { input: { roleId } }, context) => ({
      role: await context.services.roles.remove(await callerOf(context), { id: restIdOf('Role', roleId) }),
    }),
  }),
  setRolePermissions: t.field({
    type: SetRolePermissionsSuccess,
    description: `Replaces the permissions in a role. ${who('fe.secure.write.updateRole')} A user puts only permissions into it that the user holds.`,
    access: 'updateRole',
    errors: resultUnion('setRolePermissions', roleErrors.setPermissions, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetRolePermissionsInput, description: 'The role and its permissions.' }) },
    resolve: async (_root, { input }, context) => ({
      role: await context.services.roles.setPermissions(await callerOf(context), {
        id: restIdOf('Role', input.roleId),
        permissionIds: idsOf(input.permissionIds),
      }),
    }),
  }),
  setRoleTenant: t.field({
    type: SetRoleTenantSuccess,
    description:
      'Makes a role one of a single tenant, or of the environment. Members of other tenants lose a role that becomes one of a single tenant. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setRoleTenant', roleErrors.setTenant, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetRoleTenantInput, description: 'The role and its tenant.' }) },
    resolve: async (_root, { input }, context) => ({
      role: await context.services.roles.setTenant(await callerOf(context), {
        id: restIdOf('Role', input.roleId),
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
      }),
    }),
  }),
}));
