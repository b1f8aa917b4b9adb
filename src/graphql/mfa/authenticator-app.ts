import { z } from 'zod';
import { maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import type { AuthenticatorAppShow } from '../../domain/authenticator/strategy.ts';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import { enrollmentErrors, errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { builder } from '../builder/builder.ts';
import { flag, idOf, name, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription, completedLogin, rememberDeviceDescription } from '../session/types.ts';
import { confirmedFactor, enrolling, mfaTokenDescription } from './enrolled.ts';

const EnrollAuthenticatorAppInput = builder.inputType('EnrollAuthenticatorAppInput', {
  description: 'The login that needs an authenticator, or nothing for a user who is logged in.',
  validate: z.looseObject({ mfaToken: secret.optional() }),
  fields: (t) => ({ mfaToken: t.string({ required: false, description: mfaTokenDescription }) }),
});

const EnrollAuthenticatorAppSuccess = builder.objectRef<AuthenticatorAppShow & { expiresAt: Date }>('EnrollAuthenticatorAppSuccess').implement({
  description:
    'The secret for the app. No other field and no log shows it. Repeated calls for the same login or user return the same secret. Nothing is enrolled until a code is verified.',
  fields: (t) => ({
    qrCode: t.expose('qrCode', { type: 'DataUri', description: 'A PNG picture of `otpauthUri`, to scan with the app.' }),
    otpauthUri: t.exposeString('otpauthUri', { description: 'The URI that opens an app on the same device. It contains the secret.' }),
    secret: t.exposeString('secret', { description: 'The secret in Base32, to type by hand.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the enrollment expires if it is not confirmed.' }),
  }),
});

builder.mutationField('enrollAuthenticatorApp', (t) =>
  t.field({
    type: EnrollAuthenticatorAppSuccess,
    description: `Begins to enroll an authenticator app. During a login this is the first authenticator; a user who has one verifies that instead. A user who is logged in can have up to ${maxFactorsOfAKind} apps.`,
    access: 'public',
    // Making the picture is expensive, and no client needs several in one document.
    complexity: 200,
    errors: resultUnion('enrollAuthenticatorApp', errorsFor(enrollmentErrors.begin, { own: true }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: EnrollAuthenticatorAppInput, description: 'The challenge, during a login.' }) },
    resolve: async (_root, { input: { mfaToken } }, context) => {
      await context.call.takeFromAddress('ENROLL');
      const [caller, target] = await enrolling(context, mfaToken);
      const { show, expiresAt } = await context.services.enrollment.begin(caller, { target, strategies: ['AUTHENTICATOR_APP'] });
      return { ...show, expiresAt };
    },
  }),
);

const VerifyAuthenticatorAppEnrollmentInput = builder.inputType('VerifyAuthenticatorAppEnrollmentInput', {
  description: 'The first code of the app that was just set up.',
  validate: z.looseObject({
    mfaToken: secret.optional(),
    code: secret,
    name: name(maxAuthenticatorNameCharacters).optional(),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    code: t.string({ description: codeDescription }),
    name: t.string({
      required: false,
      description: `The name that the person gives the app, 1 to ${maxAuthenticatorNameCharacters} characters. If absent, it is \`Authenticator app\`. Null is refused.`,
    }),
    rememberDevice: t.boolean({ required: false, description: `${rememberDeviceDescription} It has no effect for a user who is logged in.` }),
  }),
});

const VerifyAuthenticatorAppEnrollmentSuccess = confirmedFactor(
  'VerifyAuthenticatorAppEnrollmentSuccess',
  'The app is enrolled. If a login was waiting for it, the login is completed.',
);

builder.mutationField('verifyAuthenticatorAppEnrollment', (t) =>
  t.field({
    ...checksCredential,
    type: VerifyAuthenticatorAppEnrollmentSuccess,
    description: 'Confirms the app of `enrollAuthenticatorApp` by its first code. During a login it also completes the login.',
    access: 'public',
    errors: resultUnion('verifyAuthenticatorAppEnrollment', errorsFor(enrollmentErrors.complete, { own: true }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: VerifyAuthenticatorAppEnrollmentInput, description: 'The code and, during a login, the challenge.' }) },
    resolve: async (_root, { input: { mfaToken, code: answer, name = null, rememberDevice } }, context) => {
      await context.call.takeFromAddress('ENROLL_VERIFY');
      const [caller, target] = await enrolling(context, mfaToken);
      const given = { token: null, answer, name, rememberDevice: rememberDevice ?? false };
      return context.services.enrollment.complete(caller, { target, strategy: 'AUTHENTICATOR_APP', ...given });
    },
  }),
);

const VerifyAuthenticatorAppInput = builder.inputType('VerifyAuthenticatorAppInput', {
  description: 'A code of an enrolled authenticator app.',
  validate: z.looseObject({ mfaToken: secret, deviceId: idOf('Authenticator').optional(), code: secret, rememberDevice: flag.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({
      required: false,
      description: 'The id of the app in `devices` of the challenge. If absent, any app of the user is accepted. Null is refused.',
    }),
    code: t.string({ description: codeDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifyAuthenticatorAppSuccess = completedLogin(
  'VerifyAuthenticatorAppSuccess',
  'The code is correct. The login is completed, or the session is stepped up.',
);

builder.mutationField('verifyAuthenticatorApp', (t) =>
  t.field({
    ...checksCredential,
    type: VerifyAuthenticatorAppSuccess,
    description: 'Completes a login or a step-up by a code of an authenticator app. Each code works once.',
    access: 'public',
    errors: resultUnion('verifyAuthenticatorApp', errorsFor(verificationErrors.verify, { device: 'OPTIONAL' }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: VerifyAuthenticatorAppInput, description: 'The challenge and the code.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId = null, code: answer, rememberDevice } }, { call, services }) => {
      await call.takeFromAddress('AUTHENTICATOR_VERIFY');
      const given = { token: null, answer, rememberDevice: rememberDevice ?? false };
      return services.verification.verify(call.stranger, { mfaToken, strategies: ['AUTHENTICATOR_APP'], deviceId, ...given });
    },
  }),
);
