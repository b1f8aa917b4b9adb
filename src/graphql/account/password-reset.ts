import { z } from 'zod';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import { chargesPerWindow, windowSeconds } from '../../domain/limits/sliding-window.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import type { ResetLink } from '../../services/account/password-reset.ts';
import { passwordResetErrors } from '../../services/account/password-reset.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { captchaAnswer, emailOfUser, id, secret } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { User } from '../builder/object-refs.ts';
import { targetUserInput } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { captchaTokenDescription } from '../login/password.ts';
import { codeDescription } from '../session/types.ts';

const RequestPasswordResetInput = builder.inputType('RequestPasswordResetInput', {
  description: 'The user who forgot the password.',
  validate: z.looseObject({ email: emailOfUser, captchaToken: captchaAnswer.optional() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address of the user.' }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
  }),
});

const RequestPasswordResetSuccess = builder.objectRef<{ accepted: true }>('RequestPasswordResetSuccess').implement({
  description:
    'The request was accepted. If a user with this verified address exists, a message with a link is on its way, and any earlier link stops working.',
  fields: (t) => ({
    accepted: t.exposeBoolean('accepted', {
      description: 'Always true, even if no user has the address, so that nobody can find out which addresses exist.',
    }),
  }),
});

const RequestPasswordResetBySmsInput = builder.inputType('RequestPasswordResetBySmsInput', {
  description: 'The user who forgot the password.',
  validate: z.looseObject({ email: emailOfUser, captchaToken: captchaAnswer.optional() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address of the user.' }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
  }),
});

const RequestPasswordResetBySmsSuccess = builder.objectRef<{ sessionId: string }>('RequestPasswordResetBySmsSuccess').implement({
  description:
    'The request was accepted. If there is such a user with a verified phone number, a text message with a code is on its way to the number that was added last, and any earlier code stops working.',
  fields: (t) => ({
    sessionId: t.exposeString('sessionId', { description: 'An opaque token. `verifyPasswordResetSms` takes it together with the code.' }),
  }),
});

const VerifyPasswordResetSmsInput = builder.inputType('VerifyPasswordResetSmsInput', {
  description: 'A code received by text message, and the request that it was sent for.',
  validate: z.looseObject({ sessionId: secret, code: secret }),
  fields: (t) => ({
    sessionId: t.string({ description: 'The `sessionId` that `requestPasswordResetBySms` returned.' }),
    code: t.string({ description: codeDescription }),
  }),
});

const VerifyPasswordResetSmsSuccess = builder.objectRef<{ userId: string; token: string }>('VerifyPasswordResetSmsSuccess').implement({
  description: `The code was right. \`resetPassword\` sets the new password within ${tokenLifetimeSeconds.PASSWORD_RESET / 60} minutes.`,
  fields: (t) => ({
    userId: t.exposeID('userId', { description: 'The id of the user, for `resetPassword`.' }),
    token: t.exposeString('token', { description: 'The opaque token for `resetPassword`. It is shown in this answer only.' }),
  }),
});

const GeneratePasswordResetTokenInput = targetUserInput('GeneratePasswordResetTokenInput', 'The user who is to set a new password.');

const GeneratePasswordResetTokenSuccess = builder.objectRef<ResetLink>('GeneratePasswordResetTokenSuccess').implement({
  description:
    'A link that sets a new password once. The server does not send it. Deliver it to the user and to nobody else, because whoever has it can set the password.',
  fields: (t) => ({
    link: t.exposeString('link', { description: 'The link to deliver. It carries `userId` and `token`, and is shown in this answer only.' }),
    token: t.exposeString('token', { description: 'The opaque token in the link, for `resetPassword`. It is shown in this answer only.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: `When the link stops working: ${tokenLifetimeSeconds.PASSWORD_RESET / 60} minutes from now, or earlier if a newer link replaces it.`,
    }),
    user: t.expose('user', { type: User, description: 'The user whose password the link sets.' }),
  }),
});

const ResetPasswordInput = builder.inputType('ResetPasswordInput', {
  description: 'The values of a password reset link, and the new password.',
  validate: z.looseObject({ userId: id, token: secret, password: secret }),
  fields: (t) => ({
    userId: t.id({ description: 'The `userId` of the link, or the global id of the user.' }),
    token: t.string({ description: 'The `token` of the link.' }),
    password: t.string({ description: `The new password, as the password policy wants it. Spaces at its ends are kept.` }),
  }),
});

const ResetPasswordSuccess = builder.objectRef<{ changed: true }>('ResetPasswordSuccess').implement({
  description: `The new password is set. ${whatEnds('PASSWORD_CHANGED')}`,
  fields: (t) => ({ changed: t.exposeBoolean('changed', { description: 'Always true. This mutation does not log anybody in: call `logIn` next.' }) }),
});

builder.mutationFields((t) => ({
  requestPasswordReset: t.field({
    type: RequestPasswordResetSuccess,
    description: `Sends an e-mail with a link to set a new password. The link works for ${tokenLifetimeSeconds.PASSWORD_RESET / 60} minutes. The answer is the same if no user has the address. Each address can request this ${chargesPerWindow} times in ${windowSeconds / 60} minutes.`,
    access: 'public',
    errors: resultUnion('requestPasswordReset', passwordResetErrors.request, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RequestPasswordResetInput, description: 'The e-mail address of the user.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSWORD_RESET');
      await services.passwordReset.request(call.stranger, { email: input.email, captchaToken: input.captchaToken ?? null });
      return { accepted: true } as const;
    },
  }),
  requestPasswordResetBySms: t.field({
    type: RequestPasswordResetBySmsSuccess,
    description: `Sends a text message with a code to set a new password to the phone that the user logs in by. The code works for ${tokenLifetimeSeconds.PASSWORD_RESET_CODE / 60} minutes. The answer is the same if no user has the address, or the user has no phone number. How often texts are sent is limited for each user, number, client address and tenant.`,
    access: 'public',
    errors: resultUnion('requestPasswordResetBySms', passwordResetErrors.requestBySms, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: RequestPasswordResetBySmsInput, description: 'The e-mail address of the user.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSWORD_RESET');
      return services.passwordReset.requestBySms(call.stranger, { named: { email: input.email }, captchaToken: input.captchaToken ?? null });
    },
  }),
  verifyPasswordResetSms: t.field({
    ...checksCredential,
    type: VerifyPasswordResetSmsSuccess,
    description: 'Exchanges a code received by text message for a token that sets a new password. It logs nobody in.',
    access: 'public',
    errors: resultUnion('verifyPasswordResetSms', passwordResetErrors.verifySms, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: VerifyPasswordResetSmsInput, description: 'The `sessionId` and the code.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSWORD_RESET_VERIFY');
      return services.passwordReset.verifySms(call.stranger, input);
    },
  }),
  generatePasswordResetToken: t.field({
    type: GeneratePasswordResetTokenSuccess,
    description: 'Makes a link that sets a new password. An earlier one of the same user stops working. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('generatePasswordResetToken', passwordResetErrors.generate, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GeneratePasswordResetTokenInput, description: 'The user who is to set a new password.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.passwordReset.generate(await callerOf(context), { userId: restIdOf('User', input.userId) }),
  }),
  resetPassword: t.field({
    ...checksCredential,
    type: ResetPasswordSuccess,
    description: 'Sets a new password by the token of a password reset link, which works once. The next login asks for the second factor as before.',
    access: 'public',
    errors: resultUnion('resetPassword', passwordResetErrors.reset, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: ResetPasswordInput, description: 'The user, the token and the new password.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSWORD_RESET_VERIFY');
      const { token, password } = input;
      await services.passwordReset.reset(call.stranger, { userId: restIdOf('User', input.userId), token, password });
      return { changed: true } as const;
    },
  }),
}));
