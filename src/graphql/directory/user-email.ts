import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userEmailErrors } from '../../services/directory/user-email.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { email, id } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { resultUnion } from '../errors/placement.ts';
import { changedUser } from './target-user.ts';

const ChangeUserEmailInput = builder.inputType('ChangeUserEmailInput', {
  description: 'The user and the new address.',
  validate: z.looseObject({ userId: id, email }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user.' }),
    email: t.field({
      type: 'EmailAddress',
      description: 'The new e-mail address. It counts as verified if the old one did, because the caller vouches for it.',
    }),
  }),
});

const ChangeUserEmailSuccess = changedUser('ChangeUserEmailSuccess', 'The user logs in with the new address from now on.');

builder.mutationField('changeUserEmail', (t) =>
  t.field({
    type: ChangeUserEmailSuccess,
    description: `Changes the e-mail address of a user. Both addresses are told. ${whatEnds('EMAIL_CHANGED')} Requires the environment token.`,
    access: 'environment',
    errors: resultUnion('changeUserEmail', userEmailErrors.change),
    args: { input: t.arg({ type: ChangeUserEmailInput, description: 'The user and the new address.' }) },
    resolve: async (_root, { input }, context) => ({
      user: await context.services.userEmail.change(await callerOf(context), { userId: restIdOf('User', input.userId), email: input.email }),
    }),
  }),
);
