import { z } from 'zod';
import type { StartedPasskeyLogin } from '../../services/passkey/login.ts';
import { passkeyLoginErrors } from '../../services/passkey/login.ts';
import { builder } from '../builder/builder.ts';
import { captchaAnswer, emailOfUser, json, secret } from '../builder/input-rules.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { MfaChallenge } from '../login/challenge.ts';
import { captchaTokenDescription, deviceTokenDescription, invitationTokenDescription, loginSuccess } from '../login/password.ts';
import { credentialDescription, maxCredentialCharacters } from './fields.ts';

const BeginPasskeyLoginInput = builder.inputType('BeginPasskeyLoginInput', {
  description: 'Whose passkey is asked for, if that is known.',
  validate: z.looseObject({ email: emailOfUser.optional(), captchaToken: captchaAnswer.optional() }),
  fields: (t) => ({
    email: t.field({
      type: 'EmailAddress',
      required: false,
      description:
        'The e-mail address of the user. If absent, the person chooses among the passkeys that the authenticator has for this server. Null is refused.',
    }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
  }),
});

const BeginPasskeyLoginSuccess = builder.objectRef<StartedPasskeyLogin>('BeginPasskeyLoginSuccess').implement({
  description:
    'The options to ask for a passkey. They are alike whether or not there is a user of the address, and whether or not the user has a passkey.',
  fields: (t) => ({
    options: t.field({
      type: 'JSONObject',
      description: 'The options for `PublicKeyCredential.parseRequestOptionsFromJSON` and `navigator.credentials.get`.',
      resolve: ({ options }) => options,
    }),
    ceremonyToken: t.exposeString('ceremonyToken', {
      description:
        'The token of this call. It is opaque, goes back together with the answer of the browser, and works for one answer, right or wrong.',
    }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When the token expires if the browser has not answered.' }),
  }),
});

const LogInWithPasskeyInput = builder.inputType('LogInWithPasskeyInput', {
  description: 'The answer of a passkey, as the first factor.',
  validate: z.looseObject({
    ...{ ceremonyToken: secret, credential: json(maxCredentialCharacters) },
    ...{ deviceToken: secret.optional(), invitationToken: secret.optional() },
  }),
  fields: (t) => ({
    ceremonyToken: t.string({ description: 'The `ceremonyToken` that `beginPasskeyLogin` returned.' }),
    credential: t.field({ type: 'JSONObject', description: credentialDescription }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
    invitationToken: t.string({ required: false, description: invitationTokenDescription }),
  }),
});

const LogInWithPasskeySuccess = loginSuccess(
  'LogInWithPasskeySuccess',
  'The user is logged in. If the passkey verified its user, the access token states a second factor; otherwise none was needed.',
);

builder.mutationFields((t) => ({
  beginPasskeyLogin: t.field({
    type: BeginPasskeyLoginSuccess,
    description: 'Begins to log in by a passkey. The environment must have `passkeysEnabled` switched on.',
    access: 'public',
    // The cost allows one call for each document.
    complexity: 800,
    errors: resultUnion('beginPasskeyLogin', passkeyLoginErrors.begin, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: BeginPasskeyLoginInput, description: 'Whose passkey is asked for.' }) },
    resolve: async (_root, { input: { email, captchaToken = null } }, { call, services }) => {
      await call.takeFromAddress('PASSKEY_BEGIN');
      return services.passkeyLogin.begin(call.stranger, { named: email == null ? null : { email }, by: { captchaToken } });
    },
  }),
  logInWithPasskey: t.errorUnionField({
    ...checksCredential,
    types: [LogInWithPasskeySuccess, MfaChallenge, ...unionErrors(passkeyLoginErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `logInWithPasskey`: a session, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInWithPasskeySuccess),
    },
    description:
      'Logs in by a passkey. One whose authenticator verified its user, by a PIN or a fingerprint, proves two factors at once: no second one is asked for, and the access token states one. One that did not counts as a password does, and so does every one under `STRICT_PASSKEYS`.',
    access: 'public',
    args: { input: t.arg({ type: LogInWithPasskeyInput, description: 'The `ceremonyToken` and the answer of the browser.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('PASSKEY_LOGIN');
      const { ceremonyToken, credential: answer, deviceToken = null, invitationToken = null } = input;
      return services.passkeyLogin.logIn(call.stranger, { by: { ceremonyToken }, answer, deviceToken, invitationToken });
    },
  }),
}));
