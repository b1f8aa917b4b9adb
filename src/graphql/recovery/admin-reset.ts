import { whatEnds } from '../../domain/session/revocation.ts';
import { adminResetErrors } from '../../services/recovery/admin-reset.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { changedUser, targetUserInput } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';

const ResetUserMfaInput = targetUserInput('ResetUserMfaInput', 'The user whose authenticators to remove.');
const ResetUserMfaSuccess = changedUser('ResetUserMfaSuccess', 'The user has no authenticator any more.');

builder.mutationField('resetUserMfa', (t) =>
  t.field({
    type: ResetUserMfaSuccess,
    description: `Removes all authenticators of a user, in all tenants. ${whatEnds('MFA_RESET')} Use \`lockUser\` to end sessions. Counted wrong codes are reset, so that a factor that was blocked for good can be enrolled again. Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('resetUserMfa', adminResetErrors.reset, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ResetUserMfaInput, description: 'The user whose authenticators to remove.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.adminReset.reset(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
);
