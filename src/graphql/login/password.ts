import { z } from 'zod';
import type { LoginResult } from '../../services/login/gate.ts';
import { passwordLoginErrors } from '../../services/login/password.ts';
import { builder } from '../builder/builder.ts';
import { email, secret } from '../builder/input-rules.ts';
import { unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { Session } from '../session/types.ts';
import { MfaChallenge } from './challenge.ts';

type OpenedLogin = Extract<LoginResult, { kind: 'SESSION' }>;

export const deviceTokenDescription = 'Token of a remembered device, if there is one. An unknown or foreign one is ignored. Null is refused.';

const LogInInput = builder.inputType('LogInInput', {
  description: 'A password as first factor.',
  validate: z.looseObject({ email, password: secret, deviceToken: secret.optional() }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The address of the user.' }),
    password: t.string({ description: 'The password, at most 4096 characters. It is not trimmed.' }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
  }),
});

/** The session a first factor alone opened. */
export const loginSuccess = (name: string, description: string) =>
  builder
    .objectRef<OpenedLogin>(name)
    .implement({ description, fields: (t) => ({ session: t.expose('session', { type: Session, description: 'The tokens.' }) }) });
const LogInSuccess = loginSuccess('LogInSuccess', 'The user is logged in; no second factor was needed.');
builder.mutationFields((t) => ({
  logIn: t.errorUnionField({
    ...checksCredential,
    types: [LogInSuccess, MfaChallenge, ...unionErrors(passwordLoginErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'What came of `logIn`: a session, or a challenge for the second factor, or a refusal.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInSuccess),
    },
    description: 'Logs in with a password. An unknown user and a wrong password get the same answer after the same time.',
    authScopes: { public: true },
    args: { input: t.arg({ type: LogInInput, description: 'Address and password.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LOGIN');
      return services.passwordLogin.logIn(call.stranger, { email: input.email, password: input.password, deviceToken: input.deviceToken ?? null });
    },
  }),
}));
