import { z } from 'zod';
import { builder } from '../builder/builder.ts';
import { flag, id, json, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { completedLogin, rememberDeviceDescription } from '../session/types.ts';
import { begunCeremony, credentialDescription, maxCredentialCharacters, webauthnTokenDescription } from './webauthn-fields.ts';

const deviceIdDescription = 'The id of the authenticator in `devices` of the challenge.';

const BeginWebAuthnInput = builder.inputType('BeginWebAuthnInput', {
  description: 'The login or step-up, and the authenticator to verify.',
  validate: z.looseObject({ mfaToken: secret, deviceId: id }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'The `mfaToken` of the `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: deviceIdDescription }),
  }),
});

const BeginWebAuthnSuccess = begunCeremony(
  'BeginWebAuthnSuccess',
  'The options to ask the authenticator. Any earlier call for the same challenge stops working.',
  'The options for `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`.',
);

const VerifyWebAuthnInput = builder.inputType('VerifyWebAuthnInput', {
  description: 'The answer of the authenticator.',
  validate: z.looseObject({
    mfaToken: secret,
    deviceId: id,
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
    authScopes: { public: true },
    // The cost allows one call for each document, because a second would replace the first.
    complexity: 800,
    errors: resultUnion('beginWebAuthn', ['ACCOUNT_LOCKED', 'CHALLENGE_EXPIRED', 'DEVICE_NOT_FOUND', 'INVALID_INPUT', 'RATE_LIMITED']),
    args: { input: t.arg({ type: BeginWebAuthnInput, description: 'The challenge and the authenticator.' }) },
    resolve: async (_root, { input: { mfaToken, deviceId } }, { call, services }) => {
      await call.takeFromAddress('WEBAUTHN_BEGIN');
      return services.webAuthnVerification.begin({ mfaToken, deviceId, origin: call.origin });
    },
  }),
  verifyWebAuthn: t.field({
    ...checksCredential,
    type: VerifyWebAuthnSuccess,
    description: 'Completes a login or a step-up by the answer of a WebAuthn authenticator.',
    authScopes: { public: true },
    errors: resultUnion('verifyWebAuthn', [
      'ACCOUNT_LOCKED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'CODE_EXPIRED',
      'DEVICE_NOT_FOUND',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
    ]),
    args: { input: t.arg({ type: VerifyWebAuthnInput, description: 'The challenge, the authenticator and its answer.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      const { mfaToken, deviceId, webauthnToken, credential, rememberDevice } = input;
      await call.takeFromAddress('WEBAUTHN_VERIFY');
      const answer = { mfaToken, deviceId, webauthnToken, credential, rememberDevice: rememberDevice ?? false, origin: call.origin };
      return services.webAuthnVerification.complete(answer);
    },
  }),
}));
