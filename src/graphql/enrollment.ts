import { z } from 'zod';
import type { AuthenticatorAppShow } from '../domain/strategy.ts';
import type { CompletedLogin } from '../services/login-completion.ts';
import type { Enrolled } from '../services/mfa-enrollment.ts';
import { builder } from './builder.ts';
import { credential } from './credential.ts';
import { Authenticator } from './refs.ts';
import { outcomes } from './refusals.ts';
import { flag, secret } from './rules.ts';
import { codeDescription, RememberedDevice, rememberDeviceDescription, rememberedDeviceDescription, Session } from './session.ts';

const EnrollAuthenticatorAppInput = builder.inputType('EnrollAuthenticatorAppInput', {
  description: 'The login that demands a factor.',
  validate: z.looseObject({ mfaToken: secret }),
  fields: (t) => ({ mfaToken: t.string({ description: 'From `MfaChallenge`.' }) }),
});

const EnrollAuthenticatorAppSuccess = builder.objectRef<AuthenticatorAppShow & { expiresAt: Date }>('EnrollAuthenticatorAppSuccess').implement({
  description:
    'What the app needs; on no node, in no log. Calls with the same `mfaToken` show the same. Nothing is enrolled before a code was verified.',
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
    description: 'Begins to enroll an authenticator app during a login. Who has a factor already verifies that one instead.',
    authScopes: { public: true },
    // A picture is computed; several in one document serve nobody.
    complexity: 200,
    errors: outcomes(
      'What came of `enrollAuthenticatorApp`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'CHALLENGE_EXPIRED',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: EnrollAuthenticatorAppInput, description: 'The challenge.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('ENROLL');
      const { show, expiresAt } = await services.enrollment.begin({ mfaToken: input.mfaToken, strategy: 'AUTHENTICATOR_APP' });
      return { ...show, expiresAt };
    },
  }),
);

const VerifyAuthenticatorAppEnrollmentInput = builder.inputType('VerifyAuthenticatorAppEnrollmentInput', {
  description: 'The first code of the app just set up.',
  validate: z.looseObject({ mfaToken: secret, code: secret, rememberDevice: flag.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'From `MfaChallenge`.' }),
    code: t.string({ description: codeDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifyAuthenticatorAppEnrollmentSuccess = builder.objectRef<CompletedLogin<Enrolled>>('VerifyAuthenticatorAppEnrollmentSuccess').implement({
  description: 'The app is enrolled and the login completed.',
  fields: (t) => ({
    authenticator: t.field({ type: Authenticator, description: 'The factor.', resolve: ({ applied }) => applied.authenticator }),
    recoveryCode: t.string({
      nullable: true,
      description:
        'A code that replaces the app once, should it be lost. Shown only now: have it written down. Null when it was not the first factor.',
      resolve: ({ applied }) => applied.recoveryCode,
    }),
    session: t.field({
      type: Session,
      nullable: true,
      description: 'The session of the login this completed. Null when a factor was added within a session.',
      resolve: ({ session }) => session,
    }),
    rememberedDevice: t.expose('rememberedDevice', { type: RememberedDevice, nullable: true, description: rememberedDeviceDescription }),
  }),
});

builder.mutationField('verifyAuthenticatorAppEnrollment', (t) =>
  t.field({
    ...credential,
    type: VerifyAuthenticatorAppEnrollmentSuccess,
    description: 'Confirms the app begun with `enrollAuthenticatorApp` by its first code, and completes the login.',
    authScopes: { public: true },
    errors: outcomes(
      'What came of `verifyAuthenticatorAppEnrollment`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: VerifyAuthenticatorAppEnrollmentInput, description: 'Challenge and code.' }) },
    resolve: async (_root, { input: { mfaToken, code, rememberDevice } }, { call, services }) => {
      await call.takeFromAddress('ENROLL_VERIFY');
      return services.enrollment.complete({
        mfaToken,
        code,
        strategy: 'AUTHENTICATOR_APP',
        rememberDevice: rememberDevice ?? false,
        origin: call.origin,
      });
    },
  }),
);
