import { z } from 'zod';
import { smsCodeLoginErrors } from '../../services/login/sms-code.ts';
import { builder } from '../builder/builder.ts';
import { captchaAnswer, emailOfUser, phone, secret } from '../builder/input-rules.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription } from '../session/types.ts';
import { MfaChallenge } from './challenge.ts';
import { captchaTokenDescription, deviceTokenDescription, invitationTokenDescription, loginSuccess } from './password.ts';

const SendLoginSmsCodeInput = builder.inputType('SendLoginSmsCodeInput', {
  description: 'The user who wants to log in: by the e-mail address, or by the phone number that the user logs in by.',
  validate: z
    .looseObject({ email: emailOfUser.optional(), phoneNumber: phone.optional(), captchaToken: captchaAnswer.optional() })
    .refine(({ email, phoneNumber }) => email !== undefined || phoneNumber !== undefined, {
      path: ['email'],
      error: 'must be given, or a phoneNumber',
    }),
  fields: (t) => ({
    email: t.field({
      type: 'EmailAddress',
      required: false,
      description: 'An e-mail address of the user. If absent, `phoneNumber` must be given. Null is refused.',
    }),
    phoneNumber: t.field({
      type: 'PhoneNumber',
      required: false,
      description: 'The phone number that the user logs in by. It is looked at if `email` is absent. Null is refused.',
    }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
  }),
});

const SendLoginSmsCodeSuccess = builder.objectRef<{ loginToken: string; expiresAt: Date }>('SendLoginSmsCodeSuccess').implement({
  description:
    'The request was accepted. If there is such a user with a verified phone number, a text message with a code is on its way to the number that was added last, and any earlier code stops working.',
  fields: (t) => ({
    loginToken: t.exposeString('loginToken', { description: 'An opaque token. `logInWithSmsCode` takes it together with the code.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
  }),
});

const LogInWithSmsCodeInput = builder.inputType('LogInWithSmsCodeInput', {
  description: 'A code received by text message, as the first factor.',
  validate: z.looseObject({ loginToken: secret, code: secret, deviceToken: secret.optional(), invitationToken: secret.optional() }),
  fields: (t) => ({
    loginToken: t.string({ description: 'The `loginToken` that `sendLoginSmsCode` returned.' }),
    code: t.string({ description: codeDescription }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
    invitationToken: t.string({ required: false, description: invitationTokenDescription }),
  }),
});

const LogInWithSmsCodeSuccess = loginSuccess('LogInWithSmsCodeSuccess', 'The user is logged in. No second factor was needed.');

builder.mutationFields((t) => ({
  sendLoginSmsCode: t.field({
    type: SendLoginSmsCodeSuccess,
    description:
      'Sends a text message with a code to log in with. The `authStrategy` of the environment must be `SMS_CODE`. The answer is the same if there is no such user, or none with a phone number. How often texts are sent is limited for each user, number, client address and tenant.',
    access: 'public',
    errors: resultUnion('sendLoginSmsCode', smsCodeLoginErrors.send, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: SendLoginSmsCodeInput, description: 'The user.' }) },
    resolve: async (_root, { input: { email, phoneNumber, captchaToken = null } }, { call, services }) => {
      await call.takeFromAddress('SMS_LOGIN_SEND');
      return services.smsCodeLogin.send(call.stranger, {
        named: email ? { email } : { phoneNumber: phoneNumber ?? '' },
        captchaToken: captchaToken ?? null,
      });
    },
  }),
  logInWithSmsCode: t.errorUnionField({
    ...checksCredential,
    types: [LogInWithSmsCodeSuccess, MfaChallenge, ...unionErrors(smsCodeLoginErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `logInWithSmsCode`: a session, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInWithSmsCodeSuccess),
    },
    description:
      'Logs in with a code received by text message. A text message is then not offered as the second factor, because whoever holds the phone would prove both.',
    access: 'public',
    args: { input: t.arg({ type: LogInWithSmsCodeInput, description: 'The `loginToken` and the code.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('SMS_LOGIN_VERIFY');
      const { loginToken, code, deviceToken = null, invitationToken = null } = input;
      return services.smsCodeLogin.logIn(call.stranger, { loginToken, code, deviceToken, invitationToken });
    },
  }),
}));
