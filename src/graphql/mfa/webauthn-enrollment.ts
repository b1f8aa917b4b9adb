import { z } from 'zod';
import { maxAuthenticatorNameCharacters } from '../../domain/authenticator/authenticator.ts';
import { requireUser } from '../../services/access/permissions.ts';
import { builder } from '../builder/builder.ts';
import { actorOf } from '../builder/context.ts';
import { flag, json, secret, text } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { rememberDeviceDescription } from '../session/types.ts';
import type { ConfirmedFactor } from './enrolled.ts';
import { confirmedFactor, mfaTokenDescription } from './enrolled.ts';
import {
  begunCeremony,
  credentialDescription,
  maxCredentialCharacters,
  strategyOfType,
  WebAuthnDeviceType,
  webauthnTokenDescription,
} from './webauthn-fields.ts';

const EnrollWebAuthnInput = builder.inputType('EnrollWebAuthnInput', {
  description: 'The kind of authenticator, and the login that demands a factor; no login for a user who is logged in.',
  validate: z.looseObject({ mfaToken: secret.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    deviceType: t.field({ type: WebAuthnDeviceType, description: 'Which kind the browser shall look for.' }),
  }),
});

const EnrollWebAuthnSuccess = begunCeremony(
  'EnrollWebAuthnSuccess',
  'A credential may be made. Nothing is enrolled before the answer of the browser was verified; an earlier call is void.',
  'For `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`.',
);

const VerifyWebAuthnEnrollmentInput = builder.inputType('VerifyWebAuthnEnrollmentInput', {
  description: 'The credential the browser made.',
  validate: z.looseObject({
    mfaToken: secret.optional(),
    webauthnToken: secret,
    credential: json(maxCredentialCharacters),
    name: text(maxAuthenticatorNameCharacters).optional(),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    deviceType: t.field({ type: WebAuthnDeviceType, description: 'The kind, as for `enrollWebAuthn`.' }),
    webauthnToken: t.string({ description: `From \`enrollWebAuthn\`. ${webauthnTokenDescription}` }),
    credential: t.field({ type: 'JSONObject', description: credentialDescription }),
    name: t.string({
      required: false,
      description: 'What the person calls it, 1 to 100 characters. Absent: `Platform authenticator` or `Security key`. Null is refused.',
    }),
    rememberDevice: t.boolean({ required: false, description: `${rememberDeviceDescription} Without effect for a user who is logged in.` }),
  }),
});

const VerifyWebAuthnEnrollmentSuccess = confirmedFactor(
  'VerifyWebAuthnEnrollmentSuccess',
  'The authenticator is enrolled, and a login that waited for it completed.',
);

builder.mutationFields((t) => ({
  enrollWebAuthn: t.field({
    type: EnrollWebAuthnSuccess,
    description:
      'Begins to enroll a WebAuthn authenticator: during a login the first factor, as who has one already verifies that instead; for a logged-in user one of up to five.',
    authScopes: { public: true },
    // One challenge a document: a second would void the first.
    complexity: 800,
    errors: resultUnion(
      'What came of `enrollWebAuthn`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'CHALLENGE_EXPIRED',
      'FACTOR_LIMIT_REACHED',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: EnrollWebAuthnInput, description: 'The kind, and the challenge if there is one.' }) },
    resolve: async (_root, { input: { mfaToken, deviceType } }, context) => {
      const { call, services } = context;
      await call.takeFromAddress('WEBAUTHN_ENROLL');
      const enrolling = { strategy: strategyOfType(deviceType), origin: call.origin };
      if (mfaToken != null) return services.webAuthnEnrollment.beginAtLogin({ ...enrolling, mfaToken });
      return services.webAuthnEnrollment.begin(requireUser(await actorOf(context)), { ...enrolling, userId: null });
    },
  }),
  verifyWebAuthnEnrollment: t.field({
    ...checksCredential,
    type: VerifyWebAuthnEnrollmentSuccess,
    description: 'Confirms the authenticator begun with `enrollWebAuthn`, and completes the login if there is one.',
    authScopes: { public: true },
    errors: resultUnion(
      'What came of `verifyWebAuthnEnrollment`.',
      'ACCOUNT_LOCKED',
      'ALREADY_ENROLLED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'CODE_EXPIRED',
      'CREDENTIAL_TAKEN',
      'FACTOR_LIMIT_REACHED',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
      'STRATEGY_INACTIVE',
    ),
    args: { input: t.arg({ type: VerifyWebAuthnEnrollmentInput, description: 'Challenge, if there is one, and credential.' }) },
    resolve: async (_root, { input }, context): Promise<ConfirmedFactor> => {
      const { mfaToken, deviceType, webauthnToken, credential, name = null, rememberDevice } = input;
      const { call, services } = context;
      await call.takeFromAddress('WEBAUTHN_ENROLL_VERIFY');
      const made = { strategy: strategyOfType(deviceType), webauthnToken, credential, name, origin: call.origin };
      if (mfaToken != null) {
        return services.webAuthnEnrollment.completeAtLogin({ ...made, mfaToken, rememberDevice: rememberDevice ?? false });
      }
      const applied = await services.webAuthnEnrollment.complete(requireUser(await actorOf(context)), { ...made, userId: null });
      return { applied, session: null, rememberedDevice: null };
    },
  }),
}));
