import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { changedUser, targetUserInput } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';

const ResetUserMfaInput = targetUserInput('ResetUserMfaInput', 'The user whose factors are lost or shut.');
const ResetUserMfaSuccess = changedUser('ResetUserMfaSuccess', 'No factor is enrolled.');

builder.mutationField('resetUserMfa', (t) =>
  t.field({
    type: ResetUserMfaSuccess,
    description:
      'Removes every factor, recovery code and remembered device of a user in all tenants, ends open challenges, and forgets wrong codes, so that a factor shut for good can be bound anew. ' +
      'Sessions go on; `lockUser` ends them. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `resetUserMfa`.', 'INVALID_INPUT', 'USER_NOT_FOUND'),
    args: { input: t.arg({ type: ResetUserMfaInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.mfaReset.reset(await actorOf(context), restIdOf('User', input.userId), context.call.origin),
    }),
  }),
);
