import { whatEnds } from '../../domain/session/revocation.ts';
import { accountLockErrors } from '../../services/lockout/account-locks.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { changedUser, targetUserInput } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';

const LockUserInput = targetUserInput('LockUserInput', 'The user to lock.');
const UnlockUserInput = targetUserInput('UnlockUserInput', 'The user to unlock.');
const LockUserSuccess = changedUser('LockUserSuccess', 'The user is locked.');
const UnlockUserSuccess = changedUser('UnlockUserSuccess', 'The user is not locked.');

const administering = { access: 'environment' } as const;

builder.mutationFields((t) => ({
  lockUser: t.field({
    ...administering,
    type: LockUserSuccess,
    description: `Locks a user in all tenants. ${whatEnds('ACCOUNT_LOCKED')} Locking a locked user changes nothing. Requires the environment token.`,
    errors: resultUnion('lockUser', accountLockErrors.lock, 'INVALID_INPUT'),
    args: { input: t.arg({ type: LockUserInput, description: 'The user to lock.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.accountLocks.lock(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
  unlockUser: t.field({
    ...administering,
    type: UnlockUserSuccess,
    description:
      'Unlocks a user, whether an administrator or the lockout policy locked the account, and resets the count of failed passwords. What the lock ended stays ended. Requires the environment token.',
    errors: resultUnion('unlockUser', accountLockErrors.unlock, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UnlockUserInput, description: 'The user to unlock.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.accountLocks.unlock(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
}));
