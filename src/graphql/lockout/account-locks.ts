import { z } from 'zod';
import type { User as UserRecord } from '../../domain/directory/user.ts';
import { accountLockErrors } from '../../services/lockout/account-locks.ts';
import { mfaResetErrors } from '../../services/recovery/admin-reset.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

const input = (name: string, description: string) =>
  builder.inputType(name, {
    description,
    validate: z.looseObject({ userId: id }),
    fields: (t) => ({ userId: t.id({ description: 'The global id or `restId` of the user.' }) }),
  });
const success = (name: string, description: string) =>
  builder
    .objectRef<{ user: UserRecord }>(name)
    .implement({ description, fields: (t) => ({ user: t.expose('user', { type: User, description: 'The user as it is now.' }) }) });

const LockUserInput = input('LockUserInput', 'The user to lock.');
const UnlockUserInput = input('UnlockUserInput', 'The user to unlock.');
const ResetUserMfaInput = input('ResetUserMfaInput', 'The user whose factors are lost or shut.');
const LockUserSuccess = success('LockUserSuccess', 'The account is shut.');
const UnlockUserSuccess = success('UnlockUserSuccess', 'The account is open.');
const ResetUserMfaSuccess = success('ResetUserMfaSuccess', 'No factor is enrolled.');

const administering = { authScopes: { environment: true } } as const;

builder.mutationFields((t) => ({
  lockUser: t.field({
    ...administering,
    type: LockUserSuccess,
    description:
      'Shuts an account in all tenants; its sessions, remembered devices and open challenges end. On one that is shut already it changes nothing. For the environment token.',
    errors: resultUnion('What came of `lockUser`.', accountLockErrors.lock, 'INVALID_INPUT'),
    args: { input: t.arg({ type: LockUserInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.accountLocks.lock(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
  unlockUser: t.field({
    ...administering,
    type: UnlockUserSuccess,
    description:
      'Opens an account again, whoever or whatever shut it, and forgets the failed passwords. What ended stays ended. For the environment token.',
    errors: resultUnion('What came of `unlockUser`.', accountLockErrors.unlock, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UnlockUserInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.accountLocks.unlock(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
  resetUserMfa: t.field({
    ...administering,
    type: ResetUserMfaSuccess,
    description:
      'Removes every factor, recovery code and remembered device of a user in all tenants, ends open challenges, and forgets wrong codes, so that a factor shut for good can be bound anew. ' +
      'Sessions go on; `lockUser` ends them. For the environment token.',
    errors: resultUnion('What came of `resetUserMfa`.', mfaResetErrors.reset, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ResetUserMfaInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.mfaReset.reset(await callerOf(context), { userId: restIdOf('User', input.userId) }),
    }),
  }),
}));
