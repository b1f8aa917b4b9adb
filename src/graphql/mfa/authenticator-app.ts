import { z } from 'zod';
import { maxAuthenticatorNameCharacters } from '../../domain/authenticator/authenticator.ts';
import type { AuthenticatorAppShow } from '../../domain/authenticator/strategy.ts';
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
  description: 'The login that demands a factor; nothing for a user who is logged in.',
  validate: z.looseObject({ mfaToken: secret.optional() }),
  fields: (t) => ({ mfaToken: t.string({ required: false, description: mfaTokenDescription }) }),
});

const EnrollAuthenticatorAppSuccess = builder.objectRef<AuthenticatorAppShow & { expiresAt: Date }>('EnrollAuthenticatorAppSuccess').implement({
  description:
    'What the app needs; on no node, in no log. Calls for the same login, or for the same user, show the same. Nothing is enrolled before a code was verified.',
  fields: (t) => ({
    qrCode: t.expose('qrCode', { type: 'DataUri', description: 'PNG picture of `otpauthUri`, to scan.' }),
    otpauthUri: t.exposeString('otpauthUri', { description: 'For an app on the same device; it holds the secret.' }),
    secret: t.exposeString('secret', { description: 'Base32, for typing by hand.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the enrollment has to be confirmed by.' }),
  }),
});

builder.mutationField('enrollAuthenticatorApp', (t) =>
  t.field({
    type: EnrollAuthenticatorAppSuccess,
    description:
      'Begins to enroll an authenticator app: during a login the first one, as who has a factor already verifies that one instead; for a logged-in user one of up to five.',
    authScopes: { public: true },
    // A picture is computed; several in one document serve nobody.
    complexity: 200,
    errors: resultUnion(
      'What came of `enrollAuthenticatorApp`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'CHALLENGE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: EnrollAuthenticatorAppInput, description: 'The challenge, if there is one.' }) },
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
  description: 'The first code of the app just set up.',
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
      description: 'What the person calls the app, 1 to 100 characters. Absent: `Authenticator app`. Null is refused.',
    }),
    rememberDevice: t.boolean({ required: false, description: `${rememberDeviceDescription} Without effect for a user who is logged in.` }),
  }),
});

const VerifyAuthenticatorAppEnrollmentSuccess = confirmedFactor(
  'VerifyAuthenticatorAppEnrollmentSuccess',
  'The app is enrolled, and a login that waited for it completed.',
);

builder.mutationField('verifyAuthenticatorAppEnrollment', (t) =>
  t.field({
    ...checksCredential,
    type: VerifyAuthenticatorAppEnrollmentSuccess,
    description: 'Confirms the app begun with `enrollAuthenticatorApp` by its first code, and completes the login if there is one.',
    authScopes: { public: true },
    errors: resultUnion(
      'What came of `verifyAuthenticatorAppEnrollment`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: VerifyAuthenticatorAppEnrollmentInput, description: 'Challenge, if there is one, and code.' }) },
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
  description: 'A code of an enrolled app.',
  validate: z.looseObject({ mfaToken: secret, deviceId: id.optional(), code: secret, rememberDevice: flag.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'From `MfaChallenge`.' }),
    deviceId: t.id({ required: false, description: 'Which app, by the id in `MfaChallenge.devices`. Absent: any app of the user. Null is refused.' }),
    code: t.string({ description: codeDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifyAuthenticatorAppSuccess = completedLogin('VerifyAuthenticatorAppSuccess', 'The code was right and the login is completed.');

builder.mutationField('verifyAuthenticatorApp', (t) =>
  t.field({
    ...checksCredential,
    type: VerifyAuthenticatorAppSuccess,
    description: 'Completes a login by a code of an authenticator app. Each code counts once.',
    authScopes: { public: true },
    errors: resultUnion(
      'What came of `verifyAuthenticatorApp`.',
      'ACCOUNT_LOCKED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'DEVICE_NOT_FOUND',
      'INVALID_CODE',
      'INVALID_INPUT',
      'NOT_ENROLLED',
      'RATE_LIMITED',
    ),
    args: { input: t.arg({ type: VerifyAuthenticatorAppInput, description: 'Challenge and code.' }) },
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
