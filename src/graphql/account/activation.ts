import { z } from 'zod';
import type { ActivationLink } from '../../services/account/activation.ts';
import { activationErrors } from '../../services/account/activation.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { id, secret } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { MfaChallenge } from '../login/challenge.ts';
import { deviceTokenDescription, loginSuccess } from '../login/password.ts';

const GenerateActivationTokenInput = builder.inputType('GenerateActivationTokenInput', {
  description: 'The user to activate.',
  validate: z.looseObject({ userId: id }),
  fields: (t) => ({ userId: t.id({ description: 'The global id or `restId` of the user.' }) }),
});

const GenerateActivationTokenSuccess = builder.objectRef<ActivationLink>('GenerateActivationTokenSuccess').implement({
  description: 'A link that works once. Nothing was sent: bring it to the mailbox of the user and nowhere else.',
  fields: (t) => ({
    link: t.exposeString('link', { description: 'The link with `userId` and `token`, shown once.' }),
    token: t.exposeString('token', { description: 'Opaque, shown once; `activateUser` takes it.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it stops working, 24 hours from now. A newer one ends it before.' }),
    user: t.expose('user', { type: User, description: 'The user it activates.' }),
  }),
});

const ActivateUserInput = builder.inputType('ActivateUserInput', {
  description: 'What stood in the link.',
  validate: z.looseObject({ userId: id, token: secret, password: secret.optional(), deviceToken: secret.optional() }),
  fields: (t) => ({
    userId: t.id({ description: 'The user: `userId` of the link, or the global id.' }),
    token: t.string({ description: 'From the link.' }),
    password: t.string({ required: false, description: 'A password to set, 8 to 128 characters. Absent: none is set. Null is refused.' }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
  }),
});

const ActivateUserSuccess = loginSuccess('ActivateUserSuccess', 'The address is verified and the user logged in; no second factor was needed.');

builder.mutationFields((t) => ({
  generateActivationToken: t.field({
    type: GenerateActivationTokenSuccess,
    description: 'Makes a link that activates a user. An earlier one of the user dies. For the environment token.',
    authScopes: { environment: true },
    errors: resultUnion('What came of `generateActivationToken`.', activationErrors.generate, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GenerateActivationTokenInput, description: 'The user.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.activation.generate(await callerOf(context), { userId: restIdOf('User', input.userId) }),
  }),
  activateUser: t.errorUnionField({
    ...checksCredential,
    types: [ActivateUserSuccess, MfaChallenge, ...unionErrors(activationErrors.activate, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'What came of `activateUser`: a session, or a challenge for the second factor, or a refusal.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : ActivateUserSuccess),
    },
    description:
      'Verifies the address by the token of the link, sets the password if one is given, and logs in. The link proved the mailbox, so an e-mail code is not offered as second factor.',
    authScopes: { public: true },
    args: { input: t.arg({ type: ActivateUserInput, description: 'User, token and perhaps a password.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('ACTIVATE');
      return services.activation.activate(call.stranger, {
        userId: restIdOf('User', input.userId),
        token: input.token,
        password: input.password ?? null,
        deviceToken: input.deviceToken ?? null,
      });
    },
  }),
}));
