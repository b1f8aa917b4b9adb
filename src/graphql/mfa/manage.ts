import { z } from 'zod';
import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { recentFactorSeconds } from '../../domain/session/session.ts';
import { errorsFor, managementErrors, removalErrors } from '../../services/mfa/errors.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, idOf, name, secret } from '../builder/input-rules.ts';
import { Authenticator } from '../builder/object-refs.ts';
import { changedUser, userIdDescription, userIdOf } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';

const RenameAuthenticatorInput = builder.inputType('RenameAuthenticatorInput', {
  description: 'The authenticator and its new name.',
  validate: z.looseObject({ deviceId: idOf('Authenticator'), name: name(maxAuthenticatorNameCharacters), userId: id.optional() }),
  fields: (t) => ({
    deviceId: t.id({ description: 'The global id or `restId` of the authenticator.' }),
    name: t.string({ description: `The new name, 1 to ${maxAuthenticatorNameCharacters} characters. Spaces at its ends are kept.` }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RemoveAuthenticatorInput = builder.inputType('RemoveAuthenticatorInput', {
  description: 'The authenticator to remove and, if wanted, a code.',
  validate: z.looseObject({ deviceId: idOf('Authenticator'), code: secret.optional(), userId: id.optional() }),
  fields: (t) => ({
    deviceId: t.id({ description: 'The global id or `restId` of the authenticator.' }),
    code: t.string({
      required: false,
      description: `A code of any authenticator app of the user; it need not be the one to remove, which may be lost. If absent, the session must have verified a second factor within the last ${recentFactorSeconds} seconds. It is ignored for an environment token. ${codeDescription} Null is refused.`,
    }),
    userId: t.id({ required: false, description: userIdDescription }),
  }),
});

const RenameAuthenticatorSuccess = builder.objectRef<{ authenticator: PublicAuthenticator }>('RenameAuthenticatorSuccess').implement({
  description: 'The authenticator is renamed.',
  fields: (t) => ({ authenticator: t.expose('authenticator', { type: Authenticator, description: 'The authenticator after the change.' }) }),
});

const RemoveAuthenticatorSuccess = changedUser(
  'RemoveAuthenticatorSuccess',
  'The authenticator is removed. If it was the last one, the recovery codes and remembered devices of the user are removed as well.',
  'The user, with the remaining authenticators.',
);

builder.mutationFields((t) => ({
  renameAuthenticator: t.field({
    type: RenameAuthenticatorSuccess,
    description: 'Renames an authenticator. A user can rename own ones, and an environment token those of the user it names.',
    access: 'somebody',
    errors: resultUnion('renameAuthenticator', managementErrors.rename),
    args: { input: t.arg({ type: RenameAuthenticatorInput, description: 'The authenticator and its new name.' }) },
    resolve: async (_root, { input: { deviceId, name, userId } }, context) => ({
      authenticator: await context.services.factors.rename(await callerOf(context), { deviceId, name, userId: userIdOf(userId) }),
    }),
  }),
  removeAuthenticator: t.field({
    ...checksCredential,
    type: RemoveAuthenticatorSuccess,
    description: `Removes an authenticator. A user needs a code, or a session that has just verified a second factor, and cannot remove the last authenticator while MFA is enforced. An environment token needs neither and can remove any authenticator of the user it names. ${whatEnds('LAST_FACTOR_REMOVED')}`,
    access: 'somebody',
    errors: resultUnion('removeAuthenticator', errorsFor(removalErrors.remove, { device: 'REQUIRED' }), 'RATE_LIMITED'),
    args: { input: t.arg({ type: RemoveAuthenticatorInput, description: 'The authenticator and, if wanted, a code.' }) },
    resolve: async (_root, { input: { deviceId, code, userId } }, context) => {
      const caller = await callerOf(context);
      if (caller.actor.kind === 'USER') await context.call.takeFromAddress('FACTOR_REMOVE');
      const proof = code == null ? ({ by: 'RECENT_FACTOR' } as const) : ({ by: 'CODE', strategy: 'AUTHENTICATOR_APP', answer: code } as const);
      return { user: await context.services.removal.remove(caller, { deviceId, userId: userIdOf(userId), strategies: [], proof }) };
    },
  }),
}));
