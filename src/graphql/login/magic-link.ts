import { z } from 'zod';
import { chargesPerWindow, windowSeconds } from '../../domain/limits/sliding-window.ts';
import { magicLinkErrors } from '../../services/login/magic-link.ts';
import { builder } from '../builder/builder.ts';
import { captchaAnswer, emailOfUser, secret } from '../builder/input-rules.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { MfaChallenge } from './challenge.ts';
import { captchaTokenDescription, deviceTokenDescription, invitationTokenDescription, loginSuccess } from './password.ts';

const SendMagicLinkInput = builder.inputType('SendMagicLinkInput', {
  description: 'The user who wants to log in.',
  validate: z.looseObject({ email: emailOfUser, captchaToken: captchaAnswer.optional() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address of the user.' }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
  }),
});

const SendMagicLinkSuccess = builder.objectRef<{ browserToken: string; expiresAt: Date }>('SendMagicLinkSuccess').implement({
  description: 'The request was accepted. If a user has this address, a message with a link is on its way, and any earlier link stops working.',
  fields: (t) => ({
    browserToken: t.exposeString('browserToken', {
      description: 'An opaque token, to be kept in this browser. `logInWithMagicLink` takes it where the environment has `forceSameDeviceOnAuth`.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the link expires.' }),
  }),
});

const LogInWithMagicLinkInput = builder.inputType('LogInWithMagicLinkInput', {
  description: 'The token of a magic link, as the first factor.',
  validate: z.looseObject({ token: secret, browserToken: secret.optional(), deviceToken: secret.optional(), invitationToken: secret.optional() }),
  fields: (t) => ({
    token: t.string({ description: 'The parameter `token` of the link.' }),
    browserToken: t.string({
      required: false,
      description: 'The `browserToken` that `sendMagicLink` returned. It is needed where the environment has `forceSameDeviceOnAuth`.',
    }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
    invitationToken: t.string({ required: false, description: invitationTokenDescription }),
  }),
});

const LogInWithMagicLinkSuccess = loginSuccess('LogInWithMagicLinkSuccess', 'The user is logged in. No second factor was needed.');

builder.mutationFields((t) => ({
  sendMagicLink: t.field({
    type: SendMagicLinkSuccess,
    description: `Sends an e-mail with a link to log in by. The \`authStrategy\` of the environment must be \`MAGIC_LINK\`. The answer is the same if no user has the address. Each address can request this ${chargesPerWindow} times in ${windowSeconds / 60} minutes.`,
    access: 'public',
    errors: resultUnion('sendMagicLink', magicLinkErrors.send, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: SendMagicLinkInput, description: 'The e-mail address of the user.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('MAGIC_LINK_SEND');
      return services.magicLinkLogin.send(call.stranger, { named: { email: input.email }, captchaToken: input.captchaToken ?? null });
    },
  }),
  logInWithMagicLink: t.errorUnionField({
    ...checksCredential,
    types: [LogInWithMagicLinkSuccess, MfaChallenge, ...unionErrors(magicLinkErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `logInWithMagicLink`: a session, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInWithMagicLinkSuccess),
    },
    description:
      'Logs in by the token of a magic link, once. A page that the link leads to should wait for a click before it calls this, because programs that look for viruses open every link. A code by e-mail is then not offered as the second factor, because it would prove the same mailbox twice.',
    access: 'public',
    args: { input: t.arg({ type: LogInWithMagicLinkInput, description: 'The token of the link.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('MAGIC_LINK_VERIFY');
      const { token, browserToken = null, deviceToken = null, invitationToken = null } = input;
      return services.magicLinkLogin.logIn(call.stranger, { token, browserToken, deviceToken, invitationToken });
    },
  }),
}));
