import { z } from 'zod';
import type { Group as GroupRecord } from '../../domain/group/group.ts';
import { maxColorCharacters, maxGroupDescriptionCharacters, maxGroupNameCharacters, maxOfAGroupCall } from '../../domain/group/group.ts';
import { environmentErrors } from '../../services/environment/environment.ts';
import { groupErrors } from '../../services/group/groups.ts';
import { groupMemberErrors } from '../../services/group/members.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { flag, id, name, storable } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { Group } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const changed = (type: string, text: string) =>
  builder
    .objectRef<{ group: GroupRecord }>(type)
    .implement({ description: text, fields: (t) => ({ group: t.expose('group', { type: Group, description: 'The group after the change.' }) }) });

const groupIdDescription = 'The global id or `restId` of the group.';
const title = name(maxGroupNameCharacters);
const optionalRules = {
  color: storable.max(maxColorCharacters, { error: `must have at most ${maxColorCharacters} characters` }).optional(),
  description: storable.max(maxGroupDescriptionCharacters, { error: `must have at most ${maxGroupDescriptionCharacters} characters` }).optional(),
  metadata: z.looseObject({}, { error: 'must not be null' }).optional(),
};
const nameDescription = `The name, 1 to ${maxGroupNameCharacters} characters, unique in the tenant.`;
const colorDescription = `A color for front ends, at most ${maxColorCharacters} characters.`;
const descriptionDescription = `A description, at most ${maxGroupDescriptionCharacters} characters.`;
const metadataDescription = 'Data of the operator, at most 65536 bytes as JSON.';

const CreateGroupInput = builder.inputType('CreateGroupInput', {
  description: 'The group to create. Null is refused for every field; leave out what is not needed.',
  validate: z.looseObject({ name: title, ...optionalRules }),
  fields: (t) => ({
    name: t.string({ description: nameDescription }),
    color: t.string({ required: false, description: colorDescription }),
    description: t.string({ required: false, description: descriptionDescription }),
    metadata: t.field({ type: 'JSONObject', required: false, description: metadataDescription }),
  }),
});

const UpdateGroupInput = builder.inputType('UpdateGroupInput', {
  description: 'The group and the fields to change, at least one. Absent fields keep their value. Null is refused.',
  validate: z.looseObject({ groupId: id, name: title.optional(), ...optionalRules }),
  fields: (t) => ({
    groupId: t.id({ description: groupIdDescription }),
    name: t.string({ required: false, description: nameDescription }),
    color: t.string({ required: false, description: colorDescription }),
    description: t.string({ required: false, description: descriptionDescription }),
    metadata: t.field({ type: 'JSONObject', required: false, description: metadataDescription }),
  }),
});

const DeleteGroupInput = builder.inputType('DeleteGroupInput', {
  description: 'The group to delete.',
  validate: z.looseObject({ groupId: id }),
  fields: (t) => ({ groupId: t.id({ description: groupIdDescription }) }),
});

const ids = z.array(z.string(), { error: 'must not be null' }).max(maxOfAGroupCall, { error: `must have at most ${maxOfAGroupCall} entries` });
const rolesInput = (type: string, description: string) =>
  builder.inputType(type, {
    description,
    validate: z.looseObject({ groupId: id, roleIds: ids }),
    fields: (t) => ({
      groupId: t.id({ description: groupIdDescription }),
      roleIds: t.idList({ description: `The roles, by global id or \`restId\`, at most ${maxOfAGroupCall}.` }),
    }),
  });
const membersInput = (type: string, description: string) =>
  builder.inputType(type, {
    description,
    validate: z.looseObject({ groupId: id, userIds: ids }),
    fields: (t) => ({
      groupId: t.id({ description: groupIdDescription }),
      userIds: t.idList({ description: `The users, by global id or \`restId\`, at most ${maxOfAGroupCall}.` }),
    }),
  });
const AddGroupRolesInput = rolesInput('AddGroupRolesInput', 'The group, and the roles to put into it.');
const RemoveGroupRolesInput = rolesInput('RemoveGroupRolesInput', 'The group, and the roles to take from it.');
const AddGroupMembersInput = membersInput('AddGroupMembersInput', 'The group, and the members of the tenant to add to it.');
const RemoveGroupMembersInput = membersInput('RemoveGroupMembersInput', 'The group, and the members to remove from it.');

const SetGroupSettingsInput = builder.inputType('SetGroupSettingsInput', {
  description: 'The settings to change, at least one. Absent ones stay as they are. Null is refused.',
  validate: z.looseObject({ enabled: flag.optional(), rolesEnabled: flag.optional() }),
  fields: (t) => ({
    enabled: t.boolean({ required: false, description: 'Whether groups may be created, and count.' }),
    rolesEnabled: t.boolean({ required: false, description: 'Whether the members of a group hold its roles.' }),
  }),
});

const CreateGroupSuccess = changed('CreateGroupSuccess', 'The group was created.');
const UpdateGroupSuccess = changed('UpdateGroupSuccess', 'The group was changed.');
const AddGroupRolesSuccess = changed('AddGroupRolesSuccess', 'The roles are in the group.');
const RemoveGroupRolesSuccess = changed('RemoveGroupRolesSuccess', 'The roles are not in the group.');
const AddGroupMembersSuccess = changed('AddGroupMembersSuccess', 'The users are in the group.');
const RemoveGroupMembersSuccess = changed('RemoveGroupMembersSuccess', 'The users are not in the group.');
const DeleteGroupSuccess = builder.objectRef<{ group: GroupRecord }>('DeleteGroupSuccess').implement({
  description: 'The group was deleted.',
  fields: (t) => ({
    deletedGroupId: t.id({ description: 'The global id that the group had.', resolve: ({ group }) => globalId('Group', group.id) }),
  }),
});
const SetGroupSettingsSuccess = builder.objectRef<{ groupsEnabled: boolean; groupRolesEnabled: boolean }>('SetGroupSettingsSuccess').implement({
  description: 'The settings are stored.',
  fields: (t) => ({
    enabled: t.exposeBoolean('groupsEnabled', { description: 'Whether groups may be created, and count.' }),
    rolesEnabled: t.exposeBoolean('groupRolesEnabled', { description: 'Whether the members of a group hold its roles.' }),
  }),
});

const who = (permission: string) =>
  `Requires an environment token that names the tenant, or a user whose roles include \`${permission}\`. A user only changes groups whose roles are no more powerful than the user's own.`;
const factor = 'A user needs a recent second factor.';
const all = (typename: string, given: readonly string[]): string[] => given.map((each) => restIdOf(typename, each));

interface GivenFields {
  name?: string | null | undefined;
  color?: string | null | undefined;
  description?: string | null | undefined;
  metadata?: object | null | undefined;
}

/** Takes the fields that were given, because an absent field must not become a change. */
const presentFields = (fields: GivenFields) => ({
  ...(fields.name == null ? {} : { name: fields.name }),
  ...(fields.color == null ? {} : { color: fields.color }),
  ...(fields.description == null ? {} : { description: fields.description }),
  ...(fields.metadata == null ? {} : { metadata: JSON.stringify(fields.metadata) }),
});

builder.mutationFields((t) => ({
  createGroup: t.field({
    type: CreateGroupSuccess,
    description: `Creates a group of the current tenant, without roles and members. ${who('fe.secure.write.groups')}`,
    access: 'writeGroups',
    errors: resultUnion('createGroup', groupErrors.create),
    args: { input: t.arg({ type: CreateGroupInput, description: 'The group to create.' }) },
    resolve: async (_root, { input }, context) => ({
      group: await context.services.groups.create(await callerOf(context), {
        ...{ color: '', description: '', metadata: '{}' },
        ...presentFields(input),
        name: input.name,
      }),
    }),
  }),
  updateGroup: t.field({
    type: UpdateGroupSuccess,
    description: `Changes fields of a group. ${who('fe.secure.write.groups')}`,
    access: 'writeGroups',
    errors: resultUnion('updateGroup', groupErrors.update),
    args: { input: t.arg({ type: UpdateGroupInput, description: 'The fields to change.' }) },
    resolve: async (_root, { input: { groupId, ...fields } }, context) => ({
      group: await context.services.groups.update(await callerOf(context), { id: restIdOf('Group', groupId), change: presentFields(fields) }),
    }),
  }),
  deleteGroup: t.field({
    type: DeleteGroupSuccess,
    description: `Deletes a group. Its members lose the roles that they held by it alone. ${who('fe.secure.delete.groups')}`,
    access: 'deleteGroups',
    errors: resultUnion('deleteGroup', groupErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteGroupInput, description: 'The group to delete.' }) },
    resolve: async (_root, { input: { groupId } }, context) => ({
      group: await context.services.groups.remove(await callerOf(context), { id: restIdOf('Group', groupId) }),
    }),
  }),
  addGroupRoles: t.field({
    type: AddGroupRolesSuccess,
    description: `Puts roles into a group, which its members then hold. ${who('fe.secure.write.groupsRoles')} ${factor}`,
    access: 'writeGroupsRoles',
    errors: resultUnion('addGroupRoles', groupErrors.addRoles, 'INVALID_INPUT'),
    args: { input: t.arg({ type: AddGroupRolesInput, description: 'The group and the roles.' }) },
    resolve: async (_root, { input: { groupId, roleIds } }, context) => ({
      group: await context.services.groups.addRoles(await callerOf(context), { id: restIdOf('Group', groupId), roleIds: all('Role', roleIds) }),
    }),
  }),
  removeGroupRoles: t.field({
    type: RemoveGroupRolesSuccess,
    description: `Takes roles from a group. ${who('fe.secure.write.groupsRoles')} ${factor}`,
    access: 'writeGroupsRoles',
    errors: resultUnion('removeGroupRoles', groupErrors.removeRoles, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RemoveGroupRolesInput, description: 'The group and the roles.' }) },
    resolve: async (_root, { input: { groupId, roleIds } }, context) => ({
      group: await context.services.groups.removeRoles(await callerOf(context), { id: restIdOf('Group', groupId), roleIds: all('Role', roleIds) }),
    }),
  }),
  addGroupMembers: t.field({
    type: AddGroupMembersSuccess,
    description: `Adds members of the current tenant to a group, who then hold its roles. ${who('fe.secure.write.groupsUsers')} ${factor}`,
    access: 'writeGroupsUsers',
    errors: resultUnion('addGroupMembers', groupMemberErrors.add, 'INVALID_INPUT'),
    args: { input: t.arg({ type: AddGroupMembersInput, description: 'The group and the users.' }) },
    resolve: async (_root, { input: { groupId, userIds } }, context) => ({
      group: await context.services.groupMembers.add(await callerOf(context), { id: restIdOf('Group', groupId), userIds: all('User', userIds) }),
    }),
  }),
  removeGroupMembers: t.field({
    type: RemoveGroupMembersSuccess,
    description: `Removes members from a group. ${who('fe.secure.delete.groupsUsers')}`,
    access: 'deleteGroupsUsers',
    errors: resultUnion('removeGroupMembers', groupMemberErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RemoveGroupMembersInput, description: 'The group and the users.' }) },
    resolve: async (_root, { input: { groupId, userIds } }, context) => ({
      group: await context.services.groupMembers.remove(await callerOf(context), { id: restIdOf('Group', groupId), userIds: all('User', userIds) }),
    }),
  }),
  setGroupSettings: t.field({
    type: SetGroupSettingsSuccess,
    description:
      'Switches groups or their roles on or off in all tenants. Groups stay while they are off, but their roles do not count. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setGroupSettings', environmentErrors.updateSettings),
    args: { input: t.arg({ type: SetGroupSettingsInput, description: 'The settings to change.' }) },
    resolve: async (_root, { input: { enabled, rolesEnabled } }, context) =>
      context.services.environment.updateSettings(await callerOf(context), {
        change: { ...(enabled == null ? {} : { groupsEnabled: enabled }), ...(rolesEnabled == null ? {} : { groupRolesEnabled: rolesEnabled }) },
      }),
  }),
}));
