import { z } from 'zod';
import { builder } from '../builder/builder.ts';
import { flag, id, json, secret } from '../builder/input-rules.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { completedLogin, rememberDeviceDescription } from '../session/types.ts';
import { begunCeremony, credentialDescription, maxCredentialCharacters, webauthnTokenDescription } from './webauthn-fields.ts';

const deviceIdDescription = 'Which authenticator, by the id in `MfaChallenge.devices`.';

const BeginWebAuthnInput = builder.inputType('BeginWebAuthnInput', {
  description: 'The login or step-up, and the authenticator to prove it by.',
  validate: z.looseObject({ mfaToken: secret, deviceId: id }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'From `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: deviceIdDescription }),
  }),
});

const BeginWebAuthnSuccess = begunCeremony(
  'BeginWebAuthnSuccess',
  'The authenticator may answer. An earlier call for the same login is void.',
  'For `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`.',
);

const VerifyWebAuthnInput = builder.inputType('VerifyWebAuthnInput', {
  description: 'The answer of an authenticator.',
  validate: z.looseObject({
    mfaToken: secret,
    deviceId: id,
    webauthnToken: secret,
    credential: json(maxCredentialCharacters),
    rememberDevice: flag.optional(),
  }),
  fields: (t) => ({
    mfaToken: t.string({ description: 'From `MfaChallenge` or `StepUpChallenge`.' }),
    deviceId: t.id({ description: deviceIdDescription }),
    webauthnToken: t.string({ description: `From \`beginWebAuthn\`. ${webauthnTokenDescription}` }),
    credential: t.field({ type: 'JSONObject', description: credentialDescription }),
    rememberDevice: t.boolean({ required: false, description: rememberDeviceDescription }),
  }),
});

const VerifyWebAuthnSuccess = completedLogin('VerifyWebAuthnSuccess', 'The authenticator proved itself and the login is completed.');

builder.mutationFields((t) => ({
  beginWebAuthn: t.field({
    type: BeginWebAuthnSuccess,
    description: 'Begins to prove a second factor by a WebAuthn authenticator, at login or for a step-up.',
    authScopes: { public: true },
    // One challenge a document: a second would void the first.
    complexity: 800,
    errors: resultUnion('What came of `beginWebAuthn`.', [
      'ACCOUNT_LOCKED',
      'CHALLENGE_EXPIRED',
      'DEVICE_NOT_FOUND',
      'INVALID_INPUT',
      'RATE_LIMITED',
    ]),
    args: { input: t.arg({ type: BeginWebAuthnInput, description: 'Challenge and authenticator.' }) },
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
    errors: resultUnion('What came of `verifyWebAuthn`.', [
      'ACCOUNT_LOCKED',
      'ATTEMPTS_EXHAUSTED',
      'CHALLENGE_EXPIRED',
      'CODE_EXPIRED',
      'DEVICE_NOT_FOUND',
      'INVALID_CODE',
      'INVALID_INPUT',
      'RATE_LIMITED',
    ]),
    args: { input: t.arg({ type: VerifyWebAuthnInput, description: 'Challenge, authenticator and answer.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      const { mfaToken, deviceId, webauthnToken, credential, rememberDevice } = input;
      await call.takeFromAddress('WEBAUTHN_VERIFY');
      const answer = { mfaToken, deviceId, webauthnToken, credential, rememberDevice: rememberDevice ?? false, origin: call.origin };
      return services.webAuthnVerification.complete(answer);
    },
  }),
}));
