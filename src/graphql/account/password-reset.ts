import { z } from 'zod';
import { passwordResetErrors } from '../../services/account/password-reset.ts';
import { builder } from '../builder/builder.ts';
import { email, id, secret } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const RequestPasswordResetInput = builder.inputType('RequestPasswordResetInput', {
  description: 'Whose password was forgotten.',
  validate: z.looseObject({ email }),
  fields: (t) => ({ email: t.field({ type: 'EmailAddress', description: 'The address of the user.' }) }),
});

const RequestPasswordResetSuccess = builder.objectRef<{ accepted: true }>('RequestPasswordResetSuccess').implement({
  description: 'If a user with this verified address exists, a message with a link is on its way. A link sent before is void.',
  fields: (t) => ({ accepted: t.exposeBoolean('accepted', { description: 'Always true: also where nobody has the address.' }) }),
});

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  description: 'What stood in the link, and the new password.',
  validate: z.looseObject({ userId: id, token: secret, password: secret }),
  fields: (t) => ({
    userId: t.id({ description: 'The user: `userId` of the link, or the global id.' }),
    token: t.string({ description: 'From the link.' }),
    password: t.string({ description: 'The new password, 8 to 128 characters. It is not trimmed.' }),
  }),
});

const ResetPasswordSuccess = builder.objectRef<{ changed: true }>('ResetPasswordSuccess').implement({
  description: 'The new password holds. Sessions, logins under way and remembered devices of the user have ended; the factors are as they were.',
  fields: (t) => ({ changed: t.exposeBoolean('changed', { description: 'Always true. Nobody is logged in: `logIn` comes next.' }) }),
});

builder.mutationFields((t) => ({
  requestPasswordReset: t.field({
    type: RequestPasswordResetSuccess,
    description:
      'Mails a link to set a new password, good for 15 minutes. The answer is the same for an address nobody has. Five times in 15 minutes for each address.',
    authScopes: { public: true },
    errors: resultUnion('What came of `requestPasswordReset`.', passwordResetErrors.request, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RequestPasswordResetInput, description: 'The address.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSWORD_RESET');
      await services.passwordReset.request(call.stranger, { email: input.email });
      return { accepted: true } as const;
    },
  }),
  resetPassword: t.field({
    ...checksCredential,
    type: ResetPasswordSuccess,
    description: 'Sets a new password by the token of the link, once. The next login asks for the second factor as before.',
    authScopes: { public: true },
    errors: resultUnion('What came of `resetPassword`.', passwordResetErrors.reset, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: ResetPasswordInput, description: 'User, token and new password.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSWORD_RESET_VERIFY');
      const { token, password } = input;
      await services.passwordReset.reset(call.stranger, { userId: restIdOf('User', input.userId), token, password });
      return { changed: true } as const;
    },
  }),
}));
