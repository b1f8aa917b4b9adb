import { z } from 'zod';
import { emailCodeLoginErrors } from '../../services/login/email-code.ts';
import { builder } from '../builder/builder.ts';
import { email, secret } from '../builder/input-rules.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';
import { MfaChallenge } from './challenge.ts';
import { deviceTokenDescription, loginSuccess } from './password.ts';

const SendLoginCodeInput = builder.inputType('SendLoginCodeInput', {
  description: 'Who wants to log in.',
  validate: z.looseObject({ email }),
  fields: (t) => ({ email: t.field({ type: 'EmailAddress', description: 'The address of the user.' }) }),
});

const SendLoginCodeSuccess = builder.objectRef<{ loginToken: string; expiresAt: Date }>('SendLoginCodeSuccess').implement({
  description: 'If a user with this verified address exists, a message is on its way. A code sent before is void.',
  fields: (t) => ({
    loginToken: t.exposeString('loginToken', { description: 'Opaque; `logInWithEmailCode` takes it together with the code.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
  }),
});

const LogInWithEmailCodeInput = builder.inputType('LogInWithEmailCodeInput', {
  description: 'A code received by e-mail as first factor.',
  validate: z.looseObject({ loginToken: secret, code: secret, deviceToken: secret.optional() }),
  fields: (t) => ({
    loginToken: t.string({ description: 'From `sendLoginCode`.' }),
    code: t.string({ description: codeDescription }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
  }),
});

const LogInWithEmailCodeSuccess = loginSuccess('LogInWithEmailCodeSuccess', 'The user is logged in; no second factor was needed.');

builder.mutationFields((t) => ({
  sendLoginCode: t.field({
    type: SendLoginCodeSuccess,
    description:
      'Mails a code to log in with, where the environment has `emailCodeLogin` on. The answer is the same for an address nobody has. Five times in 15 minutes for each address.',
    authScopes: { public: true },
    errors: resultUnion('What came of `sendLoginCode`.', emailCodeLoginErrors.send, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: SendLoginCodeInput, description: 'The address.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LOGIN_CODE_SEND');
      return services.emailCodeLogin.send(call.stranger, { email: input.email });
    },
  }),
  logInWithEmailCode: t.errorUnionField({
    ...checksCredential,
    types: [LogInWithEmailCodeSuccess, MfaChallenge, ...unionErrors(emailCodeLoginErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'What came of `logInWithEmailCode`: a session, or a challenge for the second factor, or a refusal.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInWithEmailCodeSuccess),
    },
    description: 'Logs in with a code received by e-mail. An e-mail code is not offered as second factor then: one mailbox is one factor.',
    authScopes: { public: true },
    args: { input: t.arg({ type: LogInWithEmailCodeInput, description: '`loginToken` and code.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LOGIN_CODE_VERIFY');
      const { loginToken, code } = input;
      return services.emailCodeLogin.logIn(call.stranger, { loginToken, code, deviceToken: input.deviceToken ?? null });
    },
  }),
}));
