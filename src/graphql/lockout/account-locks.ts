import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { changedUser, targetUserInput } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';

const LockUserInput = targetUserInput('LockUserInput', 'The user to lock.');
const UnlockUserInput = targetUserInput('UnlockUserInput', 'The user to unlock.');
const LockUserSuccess = changedUser('LockUserSuccess', 'The account is shut.');
const UnlockUserSuccess = changedUser('UnlockUserSuccess', 'The account is open.');

const administering = { authScopes: { environment: true } } as const;

builder.mutationFields((t) => ({
  lockUser: t.field({
    ...administering,
    type: LockUserSuccess,
    description:
      'Shuts an account in all tenants; its sessions, remembered devices and open challenges end. On one that is shut already it changes nothing. For the environment token.',
    errors: resultUnion('What came of `lockUser`.', 'INVALID_INPUT', 'USER_NOT_FOUND'),
    args: { input: t.arg({ type: LockUserInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.accountLocks.lock(await actorOf(context), restIdOf('User', input.userId), context.call.origin),
    }),
  }),
  unlockUser: t.field({
    ...administering,
    type: UnlockUserSuccess,
    description:
      'Opens an account again, whoever or whatever shut it, and forgets the failed passwords. What ended stays ended. For the environment token.',
    errors: resultUnion('What came of `unlockUser`.', 'INVALID_INPUT', 'USER_NOT_FOUND'),
    args: { input: t.arg({ type: UnlockUserInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.accountLocks.unlock(await actorOf(context), restIdOf('User', input.userId), context.call.origin),
    }),
  }),
}));
