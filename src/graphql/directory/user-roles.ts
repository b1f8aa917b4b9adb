import { z } from 'zod';
import type { Role as RoleRecord } from '../../domain/role/role.ts';
import { userRoleErrors } from '../../services/directory/user-roles.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, tenantId } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { Role } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { roleIds } from '../role/input-rules.ts';

const inputOf = (name: string, description: string, rolesDescription: string) =>
  builder.inputType(name, {
    description,
    validate: z.looseObject({ userId: id, tenantId: tenantId.optional(), roleIds: roleIds.min(1, 'must not be empty') }),
    fields: (t) => ({
      userId: t.id({ description: 'The global id or `restId` of the user.' }),
      tenantId: t.id({
        required: false,
        description: 'The tenant, by global id or `restId`. If absent, it is the current tenant. Null is refused.',
      }),
      roleIds: t.idList({ description: rolesDescription }),
    }),
  });

const AddUserRolesInput = inputOf(
  'AddUserRolesInput',
  'The member of a tenant, and the roles to give.',
  'The roles, by global id or `restId`. Those that the user holds already change nothing.',
);
const RemoveUserRolesInput = inputOf(
  'RemoveUserRolesInput',
  'The member of a tenant, and the roles to take.',
  'The roles, by global id or `restId`. Those that the user does not hold change nothing.',
);

const success = (name: string, description: string) =>
  builder.objectRef<{ roles: RoleRecord[] }>(name).implement({
    description,
    fields: (t) => ({
      roles: t.expose('roles', { type: [Role], description: 'All roles that the user holds in the tenant now, in the order of their keys.' }),
    }),
  });
const AddUserRolesSuccess = success('AddUserRolesSuccess', 'The user holds the roles. Tokens that are out already allow what they give at once.');
const RemoveUserRolesSuccess = success('RemoveUserRolesSuccess', 'The user holds the roles no more. Tokens that are out already allow less at once.');

interface GivenInput {
  userId: string;
  tenantId?: string | null | undefined;
  roleIds: readonly string[];
}
const commandOf = (input: GivenInput) => ({
  userId: restIdOf('User', input.userId),
  tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
  roleIds: input.roleIds.map((roleId) => restIdOf('Role', roleId)),
});
const who = (permission: string) =>
  `Requires the environment token, or a user whose roles include \`${permission}\`. A user needs a recent second factor, and acts only on members of the current tenant and with roles that are no more powerful than the user's own.`;

builder.mutationFields((t) => ({
  addUserRoles: t.field({
    type: AddUserRolesSuccess,
    description: `Gives roles to a member of a tenant. ${who('fe.secure.write.usersRoles')}`,
    access: 'writeUsersRoles',
    errors: resultUnion('addUserRoles', userRoleErrors.give, 'INVALID_INPUT'),
    args: { input: t.arg({ type: AddUserRolesInput, description: 'The user and the roles.' }) },
    resolve: async (_root, { input }, context) => context.services.userRoles.give(await callerOf(context), commandOf(input)),
  }),
  removeUserRoles: t.field({
    type: RemoveUserRolesSuccess,
    description: `Takes roles from a member of a tenant. ${who('fe.secure.delete.usersRoles')}`,
    access: 'deleteUsersRoles',
    errors: resultUnion('removeUserRoles', userRoleErrors.take, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RemoveUserRolesInput, description: 'The user and the roles.' }) },
    resolve: async (_root, { input }, context) => context.services.userRoles.take(await callerOf(context), commandOf(input)),
  }),
}));
