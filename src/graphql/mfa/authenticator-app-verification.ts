import { z } from 'zod';
import { builder } from '../builder/builder.ts';
import { flag, id, secret } from '../builder/input-rules.ts';
import { outcomes } from '../errors/placement.ts';
import { credential } from '../limits/single-credential.ts';
import { codeDescription, completedLogin, rememberDeviceDescription } from '../session/types.ts';

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
    ...credential,
    type: VerifyAuthenticatorAppSuccess,
    description: 'Completes a login by a code of an authenticator app. Each code counts once.',
    authScopes: { public: true },
    errors: outcomes(
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
