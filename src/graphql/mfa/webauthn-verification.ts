import { z } from 'zod';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { builder } from '../builder/builder.ts';
import { flag, idOf, json, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { credentialDescription, maxCredentialCharacters } from '../passkey/fields.ts';
import { completedLogin, rememberDeviceDescription } from '../session/types.ts';
import { startedCeremony, webauthnTokenDescription } from './webauthn-fields.ts';

const deviceIdDescription = 'The id of the authenticator in `devices` of the challenge.';

const BeginWebAuthnInput = builder.inputType('BeginWebAuthnInput', {
  description: 'The login or step-up, and the authenticator to verify.',
  validate: z.looseObject({ mfaToken: secret, deviceId: idOf('Authenticator') }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: deviceIdDescription }),
  }),
});

const BeginWebAuthnSuccess = startedCeremony(
  'BeginWebAuthnSuccess',
  'The options to ask the authenticator. Any earlier call for the same challenge stops working.',
  'The options for `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`.',
);

const VerifyWebAuthnInput = builder.inputType('VerifyWebAuthnInput', {
  description: 'The answer of the authenticator.',
  validate: z.looseObject({
    mfaToken: secret,
    deviceId: idOf('Authenticator'),
    webauthnToken: secret,
    credential: json(maxCredentialCharacters),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: deviceIdDescription }),
    webauthnToken: t.string({ description: `The token that \`beginWebAuthn\` returned. ${webauthnTokenDescription}` }),
    credential: t.field({ type: 'JSONObject', description: credentialDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifyWebAuthnSuccess = completedLogin('VerifyWebAuthnSuccess', 'The answer is correct. The login is completed, or the session is stepped up.');

builder.mutationFields((t) => ({
  beginWebAuthn: t.field({
    type: BeginWebAuthnSuccess,
    description: 'Begins to verify a WebAuthn authenticator, for a login or a step-up.',
    access: 'public',
    // The cost allows one call for each document, because a second would replace the first.
    complexity: 800,
    errors: resultUnion('beginWebAuthn', errorsFor(verificationErrors.begin, { device: 'REQUIRED' }), 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: BeginWebAuthnInput, description: 'The challenge and the authenticator.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId } }, { call, services }) => {
      await call.takeFromAddress('WEBAUTHN_BEGIN');
      return services.verification.begin(call.stranger, { mfaToken, strategies: webAuthnStrategies, deviceId });
    },
  }),
  verifyWebAuthn: t.field({
    ...checksCredential,
    type: VerifyWebAuthnSuccess,
    description: 'Completes a login or a step-up by the answer of a WebAuthn authenticator.',
    access: 'public',
    errors: resultUnion(
      'verifyWebAuthn',
      errorsFor(verificationErrors.verify, { device: 'REQUIRED', challenged: true }),
      'INVALID_INPUT',
      'RATE_LIMITED',
    ),
    args: { input: t.arg({ type: VerifyWebAuthnInput, description: 'The challenge, the authenticator and its answer.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      const { mfaToken, deviceId, webauthnToken: token, credential: answer, rememberDevice } = input;
      await call.takeFromAddress('WEBAUTHN_VERIFY');
      const given = { token, answer, rememberDevice: rememberDevice ?? false };
      return services.verification.verify(call.stranger, { mfaToken, strategies: webAuthnStrategies, deviceId, ...given });
    },
  }),
}));
