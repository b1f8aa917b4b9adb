import { z } from 'zod';
import { chargesPerWindow, windowSeconds } from '../../domain/limits/sliding-window.ts';
import { emailCodeLoginErrors } from '../../services/login/email-code.ts';
import { builder } from '../builder/builder.ts';
import { captchaAnswer, emailOfUser, secret } from '../builder/input-rules.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';
import { MfaChallenge } from './challenge.ts';
import { captchaTokenDescription, deviceTokenDescription, invitationTokenDescription, loginSuccess } from './password.ts';

const SendLoginCodeInput = builder.inputType('SendLoginCodeInput', {
  description: 'The user who wants to log in.',
  validate: z.looseObject({ email: emailOfUser, captchaToken: captchaAnswer.optional() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address of the user.' }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
  }),
});

const SendLoginCodeSuccess = builder.objectRef<{ loginToken: string; expiresAt: Date }>('SendLoginCodeSuccess').implement({
  description:
    'The request was accepted. If a user with this verified address exists, a message with a code is on its way, and any earlier code stops working.',
  fields: (t) => ({
    loginToken: t.exposeString('loginToken', { description: 'An opaque token. `logInWithEmailCode` takes it together with the code.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
  }),
});

const LogInWithEmailCodeInput = builder.inputType('LogInWithEmailCodeInput', {
  description: 'A code received by e-mail, as the first factor.',
  validate: z.looseObject({ loginToken: secret, code: secret, deviceToken: secret.optional(), invitationToken: secret.optional() }),
  fields: (t) => ({
    loginToken: t.string({ description: 'The `loginToken` that `sendLoginCode` returned.' }),
    code: t.string({ description: codeDescription }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
    invitationToken: t.string({ required: false, description: invitationTokenDescription }),
  }),
});

const LogInWithEmailCodeSuccess = loginSuccess('LogInWithEmailCodeSuccess', 'The user is logged in. No second factor was needed.');

builder.mutationFields((t) => ({
  sendLoginCode: t.field({
    type: SendLoginCodeSuccess,
    description: `Sends an e-mail with a code to log in with. The environment must have \`emailCodeLogin\` switched on. The answer is the same if no user has the address. Each address can request this ${chargesPerWindow} times in ${windowSeconds / 60} minutes.`,
    access: 'public',
    errors: resultUnion('sendLoginCode', emailCodeLoginErrors.send, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: SendLoginCodeInput, description: 'The e-mail address of the user.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LOGIN_CODE_SEND');
      return services.emailCodeLogin.send(call.stranger, { named: { email: input.email }, captchaToken: input.captchaToken ?? null });
    },
  }),
  logInWithEmailCode: t.errorUnionField({
    ...checksCredential,
    types: [LogInWithEmailCodeSuccess, MfaChallenge, ...unionErrors(emailCodeLoginErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `logInWithEmailCode`: a session, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInWithEmailCodeSuccess),
    },
    description:
      'Logs in with a code received by e-mail. An e-mail code is then not offered as the second factor, because it would prove the same mailbox twice.',
    access: 'public',
    args: { input: t.arg({ type: LogInWithEmailCodeInput, description: 'The `loginToken` and the code.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LOGIN_CODE_VERIFY');
      const { loginToken, code, deviceToken = null, invitationToken = null } = input;
      return services.emailCodeLogin.logIn(call.stranger, { loginToken, code, deviceToken, invitationToken });
    },
  }),
}));
