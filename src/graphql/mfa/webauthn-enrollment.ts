import { z } from 'zod';
import { maxFactorsOfAKind } from '../../domain/authenticator/authenticator.ts';
import { maxAuthenticatorNameCharacters } from '../../domain/bounds.ts';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import { builder } from '../builder/builder.ts';
import { flag, json, name, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { credentialDescription, maxCredentialCharacters } from '../passkey/fields.ts';
import { rememberDeviceDescription } from '../session/types.ts';
import { confirmedFactor, enrolling, mfaTokenDescription } from './enrolled.ts';
import { startedCeremony, strategyOfType, WebAuthnDeviceType, webauthnTokenDescription } from './webauthn-fields.ts';

const EnrollWebAuthnInput = builder.inputType('EnrollWebAuthnInput', {
  description: 'The kind of authenticator and, during a login, the challenge.',
  validate: z.looseObject({ mfaToken: secret.optional() }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    deviceType: t.field({ type: WebAuthnDeviceType, description: 'The kind of authenticator the browser should look for.' }),
  }),
});

const EnrollWebAuthnSuccess = startedCeremony(
  'EnrollWebAuthnSuccess',
  'The options to create a credential. Nothing is enrolled until the answer of the browser is verified. Any earlier call stops working.',
  'The options for `PublicKeyCredential.parseCreationOptionsFromJSON` and `navigator.credentials.create`.',
);

const VerifyWebAuthnEnrollmentInput = builder.inputType('VerifyWebAuthnEnrollmentInput', {
  description: 'The credential that the browser created.',
  validate: z.looseObject({
    mfaToken: secret.optional(),
    webauthnToken: secret,
    credential: json(maxCredentialCharacters),
    name: name(maxAuthenticatorNameCharacters).optional(),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ required: false, description: mfaTokenDescription }),
    deviceType: t.field({ type: WebAuthnDeviceType, description: 'The kind of authenticator, the same as for `enrollWebAuthn`.' }),
    webauthnToken: t.string({ description: `The token that \`enrollWebAuthn\` returned. ${webauthnTokenDescription}` }),
    credential: t.field({ type: 'JSONObject', description: credentialDescription }),
    name: t.string({
      required: false,
      description: `The name that the person gives the authenticator, 1 to ${maxAuthenticatorNameCharacters} characters. If absent, it is \`Platform authenticator\` or \`Security key\`. Null is refused.`,
    }),
    rememberDevice: t.boolean({ required: false, description: `${rememberDeviceDescription} It has no effect for a user who is logged in.` }),
  }),
});

const VerifyWebAuthnEnrollmentSuccess = confirmedFactor(
  'VerifyWebAuthnEnrollmentSuccess',
  'The authenticator is enrolled. If a login was waiting for it, the login is completed.',
);

builder.mutationFields((t) => ({
  enrollWebAuthn: t.field({
    type: EnrollWebAuthnSuccess,
    description: `Begins to enroll a WebAuthn authenticator. During a login this is the first authenticator; a user who has one verifies that instead. A user who is logged in can have up to ${maxFactorsOfAKind} WebAuthn authenticators, both kinds counted together.`,
    access: 'public',
    // The cost allows one call for each document, because a second would replace the first.
    complexity: 800,
    errors: resultUnion('enrollWebAuthn', errorsFor(enrollmentErrors.begin, { own: true }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: EnrollWebAuthnInput, description: 'The kind of authenticator and, during a login, the challenge.' }) },
    resolve: async (_root, { input: { mfaToken, deviceType } }, context) => {
      await context.call.takeFromAddress('WEBAUTHN_ENROLL');
      const [caller, target] = await enrolling(context, mfaToken);
      return context.services.enrollment.begin(caller, { target, strategies: [strategyOfType(deviceType)] });
    },
  }),
  verifyWebAuthnEnrollment: t.field({
    ...checksCredential,
    type: VerifyWebAuthnEnrollmentSuccess,
    description: 'Confirms the authenticator of `enrollWebAuthn` by the answer of the browser. During a login it also completes the login.',
    access: 'public',
    errors: resultUnion(
      'verifyWebAuthnEnrollment',
      errorsFor(enrollmentErrors.complete, { own: true, challenged: true, unique: true }),
      'INVALID_INPUT',
      'RATE_LIMITED',
    ),
    args: { input: t.arg({ type: VerifyWebAuthnEnrollmentInput, description: 'The credential and, during a login, the challenge.' }) },
    resolve: async (_root, { input }, context) => {
      const { mfaToken, deviceType, webauthnToken: token, credential: answer, name = null, rememberDevice } = input;
      await context.call.takeFromAddress('WEBAUTHN_ENROLL_VERIFY');
      const [caller, target] = await enrolling(context, mfaToken);
      const given = { token, answer, name, rememberDevice: rememberDevice ?? false };
      return context.services.enrollment.complete(caller, { target, strategy: strategyOfType(deviceType), ...given });
    },
  }),
}));
