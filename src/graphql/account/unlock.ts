import { z } from 'zod';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import { unlockErrors } from '../../services/account/unlock.ts';
import { builder } from '../builder/builder.ts';
import { secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const UnlockAccountInput = builder.inputType('UnlockAccountInput', {
  description: 'The token of a link that unlocks. It says by itself whose account it is for.',
  validate: z.looseObject({ token: secret }),
  fields: (t) => ({ token: t.string({ description: 'The `token` of the link.' }) }),
});

const UnlockAccountSuccess = builder.objectRef<{ unlocked: true }>('UnlockAccountSuccess').implement({
  description: 'The account is not locked any more, and the wrong passwords are forgotten. What the lock ended stays ended.',
  fields: (t) => ({
    unlocked: t.exposeBoolean('unlocked', { description: 'Always true. This mutation does not log anybody in: call `logIn` next.' }),
  }),
});

builder.mutationFields((t) => ({
  unlockAccount: t.field({
    ...checksCredential,
    type: UnlockAccountSuccess,
    description: `Ends a lock of the lockout policy by the token of the link that was mailed at that time. The link works once, within ${tokenLifetimeSeconds.UNLOCK / 60} minutes, and cannot be requested again. No link ends a lock of an administrator. The next login asks for the second factor as before.`,
    access: 'public',
    errors: resultUnion('unlockAccount', unlockErrors.unlock, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: UnlockAccountInput, description: 'The token.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('UNLOCK');
      await services.unlock.unlock(call.stranger, { token: input.token });
      return { unlocked: true } as const;
    },
  }),
}));
