import { z } from 'zod';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import type { ActivationLink } from '../../services/account/activation.ts';
import { activationErrors } from '../../services/account/activation.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, secret } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { targetUserInput } from '../directory/target-user.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { MfaChallenge } from '../login/challenge.ts';
import { deviceTokenDescription, loginSuccess } from '../login/password.ts';

/** The description of an optional `code` that belongs to a link. */
export const linkCodeDescription =
  'The code that was mailed with the link, if the mail has one. Such a link does not work without it, and not any more after five wrong ones. Null is refused.';

const GenerateActivationTokenInput = targetUserInput('GenerateActivationTokenInput', 'The user to activate.');

const GenerateActivationTokenSuccess = builder.objectRef<ActivationLink>('GenerateActivationTokenSuccess').implement({
  description:
    'A link that activates the user once. The server does not send it. Deliver it to the mailbox of the user and nowhere else, because using it proves that mailbox.',
  fields: (t) => ({
    link: t.exposeString('link', { description: 'The link to deliver. It carries `userId` and `token`, and is shown in this answer only.' }),
    token: t.exposeString('token', { description: 'The opaque token in the link, for `activateUser`. It is shown in this answer only.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: `When the link stops working: ${tokenLifetimeSeconds.ACTIVATION / 3600} hours from now, or earlier if a newer link replaces it.`,
    }),
    user: t.expose('user', { type: User, description: 'The user that the link activates.' }),
  }),
});

const ActivateUserInput = builder.inputType('ActivateUserInput', {
  description: 'The values of an activation link, and a password if one is to be set.',
  validate: z.looseObject({ userId: id, token: secret, code: secret.optional(), password: secret.optional(), deviceToken: secret.optional() }),
  fields: (t) => ({
    userId: t.id({ description: 'The `userId` of the link, or the global id of the user.' }),
    token: t.string({ description: 'The `token` of the link.' }),
    code: t.string({ required: false, description: linkCodeDescription }),
    password: t.string({
      required: false,
      description: `The password to set, as the password policy wants it. ${whatEnds('PASSWORD_CHANGED')} If absent, no password is set. Null is refused.`,
    }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
  }),
});

const ActivateUserSuccess = loginSuccess(
  'ActivateUserSuccess',
  'The e-mail address is verified and the user is logged in. No second factor was needed.',
);

builder.mutationFields((t) => ({
  generateActivationToken: t.field({
    type: GenerateActivationTokenSuccess,
    description: 'Makes a link that activates a user. An earlier activation link of the same user stops working. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('generateActivationToken', activationErrors.generate, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GenerateActivationTokenInput, description: 'The user to activate.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.activation.generate(await callerOf(context), { userId: restIdOf('User', input.userId) }),
  }),
  activateUser: t.errorUnionField({
    ...checksCredential,
    types: [ActivateUserSuccess, MfaChallenge, ...unionErrors(activationErrors.activate, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `activateUser`: a session, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : ActivateUserSuccess),
    },
    description:
      'Verifies the e-mail address of a user by the token of an activation link, sets the password if one is given, and logs the user in. An e-mail code is not offered as the second factor, because the link has already proven the mailbox.',
    access: 'public',
    args: { input: t.arg({ type: ActivateUserInput, description: 'The user, the token and optionally a password.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('ACTIVATE');
      return services.activation.activate(call.stranger, {
        userId: restIdOf('User', input.userId),
        token: input.token,
        code: input.code ?? null,
        password: input.password ?? null,
        deviceToken: input.deviceToken ?? null,
      });
    },
  }),
}));
