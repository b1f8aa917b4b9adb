import { z } from 'zod';
import { chargesPerWindow, windowSeconds } from '../../domain/limits/sliding-window.ts';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { builder } from '../builder/builder.ts';
import { flag, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription, completedLogin, rememberDeviceDescription } from '../session/types.ts';

const SendEmailCodeInput = builder.inputType('SendEmailCodeInput', {
  description: 'The login to send a code for.',
  validate: z.looseObject({ mfaToken: secret }),
  fields: (t) => ({ mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge`.' }) }),
});

const SendEmailCodeSuccess = builder.objectRef<{ otcToken: string; expiresAt: Date }>('SendEmailCodeSuccess').implement({
  description: 'The message is on its way. Any earlier code stops working.',
  fields: (t) => ({
    otcToken: t.exposeString('otcToken', { description: 'An opaque token. `verifyEmailCode` takes it together with the code.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the code expires.' }),
  }),
});

const VerifyEmailCodeInput = builder.inputType('VerifyEmailCodeInput', {
  description: 'A code received by e-mail.',
  validate: z.looseObject({ mfaToken: secret, otcToken: secret, code: secret, rememberDevice: flag.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge`.' }),
    otcToken: t.string({ description: 'The `otcToken` that `sendEmailCode` returned for the same challenge.' }),
    code: t.string({ description: codeDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifyEmailCodeSuccess = completedLogin(
  'VerifyEmailCodeSuccess',
  'The code is correct and the login is completed. A code by e-mail does not make the session multi-factor (`acr`).',
);

builder.mutationFields((t) => ({
  sendEmailCode: t.field({
    type: SendEmailCodeSuccess,
    description: `Sends an e-mail with a code for a login. Each user can receive ${chargesPerWindow} of them in ${windowSeconds / 60} minutes, over all logins. The error is \`EMAIL_UNAVAILABLE\` if the server cannot send e-mail.`,
    access: 'public',
    // The cost allows one message for each document.
    complexity: 800,
    errors: resultUnion('sendEmailCode', errorsFor(verificationErrors.begin, { sends: 'EMAIL' }), 'INVALID_INPUT'),
    args: { input: t.arg({ type: SendEmailCodeInput, description: 'The challenge of the login.' }) },
    resolve: async (_root, { input: { mfaToken } }, { call, services }) => {
      await call.takeFromAddress('EMAIL_CODE_SEND');
      const choice = { mfaToken, strategies: ['EMAIL_CODE'], deviceId: null } as const;
      const { token, expiresAt } = await services.verification.begin(call.stranger, choice);
      return { otcToken: token, expiresAt };
    },
  }),
  verifyEmailCode: t.field({
    ...checksCredential,
    type: VerifyEmailCodeSuccess,
    description: 'Completes a login by a code received by e-mail.',
    access: 'public',
    errors: resultUnion('verifyEmailCode', errorsFor(verificationErrors.verify, { challenged: true }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: VerifyEmailCodeInput, description: 'The challenge, the `otcToken` and the code.' }) },
    resolve: async (_root, { input: { mfaToken, otcToken: token, code: answer, rememberDevice } }, { call, services }) => {
      await call.takeFromAddress('EMAIL_CODE_VERIFY');
      const given = { token, answer, rememberDevice: rememberDevice ?? false };
      return services.verification.verify(call.stranger, { mfaToken, strategies: ['EMAIL_CODE'], deviceId: null, ...given });
    },
  }),
}));
