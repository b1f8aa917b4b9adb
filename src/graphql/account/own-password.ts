import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { ownPasswordErrors } from '../../services/account/own-password.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, secret } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';

const ChangePasswordInput = builder.inputType('ChangePasswordInput', {
  description: 'The password that the user has, and the one to have from now on.',
  validate: z.looseObject({ password: secret, newPassword: secret }),
  fields: (t) => ({
    password: t.string({ description: 'The present password. A wrong one counts for the lockout, as at a login.' }),
    newPassword: t.string({ description: 'The new password, as the password policy wants it. Spaces at its ends are kept.' }),
  }),
});

const ChangePasswordSuccess = builder.objectRef<{ changed: true }>('ChangePasswordSuccess').implement({
  description: `The new password is set. ${whatEnds('OWN_PASSWORD_CHANGED')}`,
  fields: (t) => ({ changed: t.exposeBoolean('changed', { description: 'Always true. The session of the call goes on.' }) }),
});

const SetPasswordInput = builder.inputType('SetPasswordInput', {
  description: 'A user, and the password to have from now on.',
  validate: z.looseObject({ userId: id, newPassword: secret }),
  fields: (t) => ({
    userId: t.id({ description: 'The user whose password is set.' }),
    newPassword: t.string({ description: 'The new password, as the password policy wants it. Spaces at its ends are kept.' }),
  }),
});

const SetPasswordSuccess = builder.objectRef<{ changed: true }>('SetPasswordSuccess').implement({
  description: `The new password is set. ${whatEnds('PASSWORD_CHANGED')}`,
  fields: (t) => ({ changed: t.exposeBoolean('changed', { description: 'Always true.' }) }),
});

builder.mutationFields((t) => ({
  changePassword: t.field({
    ...checksCredential,
    type: ChangePasswordSuccess,
    description:
      'Changes the password of the user behind the token, who knows the present one. Requires a second factor that was proven within the last five minutes if one is enrolled.',
    access: 'user',
    errors: resultUnion('changePassword', ownPasswordErrors.change, 'INVALID_INPUT'),
    args: { input: t.arg({ type: ChangePasswordInput, description: 'Both passwords.' }) },
    resolve: async (_root, { input }, context) => {
      await context.call.takeFromAddress('PASSWORD_CHANGE');
      const { password, newPassword } = input;
      await context.services.ownPassword.change(await callerOf(context), { password, newPassword });
      return { changed: true } as const;
    },
  }),
  setPassword: t.field({
    type: SetPasswordSuccess,
    description: 'Sets the password of a user, without the present one. Factors stay. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('setPassword', ownPasswordErrors.set, 'INVALID_INPUT'),
    args: { input: t.arg({ type: SetPasswordInput, description: 'The user and the password.' }) },
    resolve: async (_root, { input }, context) => {
      const { userId, newPassword } = input;
      await context.services.ownPassword.set(await callerOf(context), { userId: restIdOf('User', userId), newPassword });
      return { changed: true } as const;
    },
  }),
}));
