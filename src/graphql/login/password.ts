import { z } from 'zod';
import { maxTextCharacters } from '../../domain/bounds.ts';
import { maxUsernameCharacters } from '../../domain/directory/username.ts';
import type { LoginResult } from '../../services/login/gate.ts';
import { passwordLoginErrors } from '../../services/login/password.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { captchaAnswer, emailOfUser, secret, text } from '../builder/input-rules.ts';
import { resultUnion, unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { graceDescription, MfaGrace } from '../policy/grace.ts';
import { Session } from '../session/types.ts';
import { MfaChallenge } from './challenge.ts';

type OpenedLogin = Extract<LoginResult, { kind: 'SESSION' }>;

/** The description of an optional `deviceToken`. */
export const deviceTokenDescription =
  'The token of a remembered device, to skip the second factor. A token that is unknown or belongs to another user is ignored. Null is refused.';

/** The description of an optional `invitationToken` of a login. */
export const invitationTokenDescription =
  'The token of an invitation link. The user joins its tenant when the login is complete, with the second factor where one is asked for, and the policy of that tenant counts from the next login. A link that does not work fails no login: nobody joins, and the audit trail says so. Null is refused.';

/** The description of an optional `captchaToken`. */
export const captchaTokenDescription =
  'The token of the answer to a captcha. It is required while the captcha policy is switched on, except for the addresses that the policy ignores. `publicCaptchaPolicy` says so and has the key for the provider. Null is refused.';

const LogInInput = builder.inputType('LogInInput', {
  description: 'An e-mail address or a username, and a password, as the first factor.',
  validate: z
    .looseObject({
      email: emailOfUser.optional(),
      username: text(maxUsernameCharacters).optional(),
      password: secret,
      captchaToken: captchaAnswer.optional(),
      deviceToken: secret.optional(),
      invitationToken: secret.optional(),
    })
    .refine(({ email, username }) => email !== undefined || username !== undefined, { path: ['email'], error: 'must be given, or a username' }),
  fields: (t) => ({
    email: t.field({
      type: 'EmailAddress',
      required: false,
      description: 'The primary e-mail address of the user, or another one that is verified. If absent, `username` must be given. Null is refused.',
    }),
    username: t.string({
      required: false,
      description: 'The username of the user. It counts only if `email` is absent. Null is refused.',
    }),
    password: t.string({ description: `The password, at most ${maxTextCharacters} characters. Spaces at its ends are kept.` }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
    invitationToken: t.string({ required: false, description: invitationTokenDescription }),
  }),
});

/** Makes the success of a mutation whose first factor alone completed the login. */
export const loginSuccess = (name: string, description: string) =>
  builder.objectRef<OpenedLogin>(name).implement({
    description,
    fields: (t) => ({
      session: t.expose('session', { type: Session, description: 'The new session with its tokens.' }),
      grace: t.expose('grace', { type: MfaGrace, nullable: true, description: graceDescription }),
    }),
  });

const VerifyPasswordInput = builder.inputType('VerifyPasswordInput', {
  description: 'An e-mail address and a password to check.',
  validate: z.looseObject({ email: emailOfUser, password: secret }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address of the user.' }),
    password: t.string({ description: `The password, at most ${maxTextCharacters} characters. Spaces at its ends are kept.` }),
  }),
});

const VerifyPasswordSuccess = builder.objectRef<{ correct: boolean }>('VerifyPasswordSuccess').implement({
  description: 'The password was checked.',
  fields: (t) => ({
    correct: t.exposeBoolean('correct', {
      description: 'Whether it is the password of the user. False also for an unknown address, and for a user who is locked or has no password.',
    }),
  }),
});

const LogInSuccess = loginSuccess('LogInSuccess', 'The user is logged in. No second factor was needed.');
builder.mutationFields((t) => ({
  logIn: t.errorUnionField({
    ...checksCredential,
    types: [LogInSuccess, MfaChallenge, ...unionErrors(passwordLoginErrors.logIn, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `logIn`: a session, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : LogInSuccess),
    },
    description:
      'Logs in with a password. An unknown user and a wrong password get the same answer after the same time, so that nobody can find out who is a user.',
    access: 'public',
    args: { input: t.arg({ type: LogInInput, description: 'The e-mail address and the password.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LOGIN');
      const { email, username, password, captchaToken = null, deviceToken = null, invitationToken = null } = input;
      return services.passwordLogin.logIn(call.stranger, { email: email ?? username ?? '', password, captchaToken, deviceToken, invitationToken });
    },
  }),
  verifyPassword: t.field({
    ...checksCredential,
    type: VerifyPasswordSuccess,
    description:
      'Tells whether a password is right, and logs nobody in. A wrong one counts for the lockout like a login, and the answer says nothing about second factors. Requires the environment token.',
    access: 'environment',
    errors: resultUnion('verifyPassword', passwordLoginErrors.verify, 'INVALID_INPUT'),
    args: { input: t.arg({ type: VerifyPasswordInput, description: 'The e-mail address and the password.' }) },
    resolve: async (_root, { input }, context) => ({ correct: await context.services.passwordLogin.verify(await callerOf(context), input) }),
  }),
}));
