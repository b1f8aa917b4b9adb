import { z } from 'zod';
import { maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import type { AuthenticatorAppShow } from '../../domain/authenticator/strategy.ts';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import { requireUser } from '../../services/access/permissions.ts';
import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { flag, id, secret, text } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { codeDescription, completedLogin, rememberDeviceDescription } from '../session/types.ts';
import type { ConfirmedFactor } from './enrolled.ts';
import { confirmedFactor, mfaTokenDescription } from './enrolled.ts';

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
    authScopes: { public: true },
    // Making the picture is expensive, and no client needs several in one document.
    complexity: 200,
    errors: resultUnion('enrollAuthenticatorApp', [
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'CHALLENGE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ]),
    args: { input: t.arg({ type: EnrollAuthenticatorAppInput, description: 'The challenge, during a login.' }) },
    resolve: async (_root, { input: { mfaToken } }, context) => {
      const { call, services } = context;
      await call.takeFromAddress('ENROLL');
      const enrolling = { strategy: 'AUTHENTICATOR_APP', origin: call.origin } as const;
      const { show, expiresAt } =
        mfaToken == null
          ? await services.selfService.begin(requireUser(await actorOf(context)), { ...enrolling, userId: null })
          : await services.enrollment.begin({ ...enrolling, mfaToken });
      return { ...show, expiresAt };
    },
  }),
);

const VerifyAuthenticatorAppEnrollmentInput = builder.inputType('VerifyAuthenticatorAppEnrollmentInput', {
  description: 'The first code of the app that was just set up.',
  validate: z.looseObject({
    mfaToken: secret.optional(),
    code: secret,
    name: text(maxAuthenticatorNameCharacters).optional(),
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
    authScopes: { public: true },
    errors: resultUnion('verifyAuthenticatorAppEnrollment', [
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ]),
    args: { input: t.arg({ type: VerifyAuthenticatorAppEnrollmentInput, description: 'The code and, during a login, the challenge.' }) },
    resolve: async (_root, { input: { mfaToken, code, name = null, rememberDevice } }, context): Promise<ConfirmedFactor> => {
      const { call, services } = context;
      await call.takeFromAddress('ENROLL_VERIFY');
      const enrollment = { strategy: 'AUTHENTICATOR_APP', code, name, origin: call.origin } as const;
      if (mfaToken != null) return services.enrollment.complete({ ...enrollment, mfaToken, rememberDevice: rememberDevice ?? false });
      const applied = await services.selfService.complete(requireUser(await actorOf(context)), { ...enrollment, userId: null });
      return { applied, session: null, rememberedDevice: null };
    },
  }),
);

const VerifyAuthenticatorAppInput = builder.inputType('VerifyAuthenticatorAppInput', {
  description: 'A code of an enrolled authenticator app.',
  validate: z.looseObject({ mfaToken: secret, deviceId: id.optional(), code: secret, rememberDevice: flag.optional() }),
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
    authScopes: { public: true },
    errors: resultUnion('verifyAuthenticatorApp', [
      'ACCOUNT_LOCKED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'DEVICE_NOT_FOUND',
      'INVALID_CODE',
      'INVALID_INPUT',
      'NOT_ENROLLED',
      'RATE_LIMITED',
    ]),
    args: { input: t.arg({ type: VerifyAuthenticatorAppInput, description: 'The challenge and the code.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId, code, rememberDevice } }, { call, services }) => {
      await call.takeFromAddress('AUTHENTICATOR_VERIFY');
      return services.challenge.verifyAuthenticatorApp({
        mfaToken,
        deviceId: deviceId ?? null,
        code,
        rememberDevice: rememberDevice ?? false,
        origin: call.origin,
      });
    },
  }),
);
