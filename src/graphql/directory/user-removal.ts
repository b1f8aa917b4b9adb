import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userRemovalErrors } from '../../services/directory/user-removal.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, tenantId } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { targetUserInput } from './target-user.ts';

const DeleteUserInput = targetUserInput('DeleteUserInput', 'The user to delete.');

const DeleteUserSuccess = builder.objectRef<{ userId: string }>('DeleteUserSuccess').implement({
  description: 'The user does not exist any more.',
  fields: (t) => ({
    deletedUserId: t.id({ description: 'The global id that the user had.', resolve: ({ userId }) => globalId('User', userId) }),
  }),
});

const RemoveUserFromTenantInput = builder.inputType('RemoveUserFromTenantInput', {
  description: 'The member to remove from a tenant.',
  validate: z.looseObject({ userId: id, tenantId: tenantId.optional() }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user.' }),
    tenantId: t.id({
      required: false,
      description: 'The tenant, by global id or `restId`. If absent, it is the current tenant. Null is refused.',
    }),
  }),
});

const RemoveUserFromTenantSuccess = builder.objectRef<{ userId: string }>('RemoveUserFromTenantSuccess').implement({
  description: 'The user is not in the tenant any more.',
  fields: (t) => ({
    removedUserId: t.id({
      description: 'The global id of the user. The user was deleted if the tenant was the only one.',
      resolve: ({ userId }) => globalId('User', userId),
    }),
  }),
});

builder.mutationFields((t) => ({
  deleteUser: t.field({
    type: DeleteUserSuccess,
    description: `Deletes a user in all tenants. ${whatEnds('USER_DELETED')} The audit trail stays. Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('deleteUser', userRemovalErrors.deleteEverywhere, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteUserInput, description: 'The user to delete.' }) },
    resolve: async (_root, { input }, context) => {
      const userId = restIdOf('User', input.userId);
      await context.services.userRemoval.deleteEverywhere(await callerOf(context), { userId });
      return { userId };
    },
  }),
  removeUserFromTenant: t.field({
    type: RemoveUserFromTenantSuccess,
    description: `Removes a member from a tenant, and deletes a user who is in no other. ${whatEnds('TENANT_LEFT')} Requires the environment token, or a user whose roles include \`fe.secure.delete.users\`, who removes members of the current tenant that are no more powerful, but not themselves.`,
    access: 'deleteUsers',
    errors: resultUnion('removeUserFromTenant', userRemovalErrors.removeFromTenant, 'INVALID_INPUT'),
    args: { input: t.arg({ type: RemoveUserFromTenantInput, description: 'The member to remove.' }) },
    resolve: async (_root, { input }, context) => {
      const userId = restIdOf('User', input.userId);
      const named = input.tenantId == null ? null : restIdOf('Tenant', input.tenantId);
      await context.services.userRemoval.removeFromTenant(await callerOf(context), { userId, tenantId: named });
      return { userId };
    },
  }),
}));
