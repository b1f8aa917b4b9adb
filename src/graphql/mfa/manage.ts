import { z } from 'zod';
import { maxAuthenticatorNameCharacters } from '../../domain/authenticator/authenticator.ts';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { id, secret, text } from '../builder/input-rules.ts';
import { Authenticator } from '../builder/object-refs.ts';
import { changedUser, userIdDescription, userIdOf } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';

const RenameAuthenticatorInput = builder.inputType('RenameAuthenticatorInput', {
  description: 'A factor and what to call it.',
  validate: z.looseObject({ deviceId: id, name: text(maxAuthenticatorNameCharacters), userId: id.optional() }),
  fields: (t) => ({
    deviceId: t.id({ description: 'Which factor, by `Authenticator.id`.' }),
    name: t.string({ description: 'The new name, 1 to 100 characters; nothing is trimmed.' }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RemoveAuthenticatorInput = builder.inputType('RemoveAuthenticatorInput', {
  description: 'A factor to do without.',
  validate: z.looseObject({ deviceId: id, code: secret.optional(), userId: id.optional() }),
  fields: (t) => ({
    deviceId: t.id({ description: 'Which factor, by `Authenticator.id`.' }),
    code: t.string({
      required: false,
      description: `A code of any app of the user, as the factor to remove may be lost. Absent: the session has to have proven a second factor in the last five minutes. Ignored from an environment token. ${codeDescription} Null is refused.`,
    }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RenameAuthenticatorSuccess = builder.objectRef<{ authenticator: PublicAuthenticator }>('RenameAuthenticatorSuccess').implement({
  description: 'The factor has its new name.',
  fields: (t) => ({ authenticator: t.expose('authenticator', { type: Authenticator, description: 'The factor as it is now.' }) }),
});

const RemoveAuthenticatorSuccess = changedUser(
  'RemoveAuthenticatorSuccess',
  'The factor proves nothing any more. If it was the last factor, recovery codes and remembered devices went with it.',
  'The user with the factors left.',
);

builder.mutationFields((t) => ({
  renameAuthenticator: t.field({
    type: RenameAuthenticatorSuccess,
    description: 'Gives a factor another name: the own one, or that of a user an environment token names.',
    authScopes: { somebody: true },
    errors: resultUnion('What came of `renameAuthenticator`.', 'DEVICE_NOT_FOUND', 'INVALID_INPUT', 'USER_NOT_FOUND'),
    args: { input: t.arg({ type: RenameAuthenticatorInput, description: 'Factor and name.' }) },
    resolve: async (_root, { input: { deviceId, name, userId } }, context) => {
      const { call, services } = context;
      const renaming = { deviceId, name, userId: userIdOf(userId), origin: call.origin };
      return { authenticator: await services.factorRemoval.rename(await actorOf(context), renaming) };
    },
  }),
  removeAuthenticator: t.field({
    ...checksCredential,
    type: RemoveAuthenticatorSuccess,
    description:
      'Removes a factor: a user by a code or within a session that proved one just now, and never the last one where MFA is enforced; an environment token, for a user it names, without either.',
    authScopes: { somebody: true },
    errors: resultUnion(
      'What came of `removeAuthenticator`.',
      'ATTEMPTS_EXHAUSTED',
      'DEVICE_NOT_FOUND',
      'INVALID_CODE',
      'INVALID_INPUT',
      'LAST_FACTOR_ENFORCED',
      'RATE_LIMITED',
      'USER_NOT_FOUND',
    ),
    args: { input: t.arg({ type: RemoveAuthenticatorInput, description: 'Factor and code.' }) },
    resolve: async (_root, { input: { deviceId, code = null, userId } }, context) => {
      const { call, services } = context;
      const actor = await actorOf(context);
      if (actor.kind === 'USER') await call.takeFromAddress('FACTOR_REMOVE');
      const removal = { deviceId, code, userId: userIdOf(userId), origin: call.origin };
      return { user: await services.factorRemoval.removeFactor(actor, removal) };
    },
  }),
}));
