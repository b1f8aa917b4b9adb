import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import type { SignedUp } from '../../services/account/sign-up.ts';
import { signUpErrors } from '../../services/account/sign-up.ts';
import type { LoginResult } from '../../services/login/gate.ts';
import { builder } from '../builder/builder.ts';
import { captchaAnswer, email, name, secret, userName } from '../builder/input-rules.ts';
import { globalId } from '../builder/node-ids.ts';
import { unionErrors } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { MfaChallenge } from '../login/challenge.ts';
import { captchaTokenDescription, deviceTokenDescription } from '../login/password.ts';
import { graceDescription, MfaGrace } from '../policy/grace.ts';
import { Session } from '../session/types.ts';

const maxCompanyNameCharacters = 256;

const SignUpInput = builder.inputType('SignUpInput', {
  description: 'The person and the organization. Null is refused for every field.',
  validate: z.looseObject({
    email,
    companyName: name(maxCompanyNameCharacters),
    username: secret.optional(),
    name: userName.optional(),
    password: secret.optional(),
    captchaToken: captchaAnswer.optional(),
    deviceToken: secret.optional(),
    invitationToken: secret.optional(),
  }),
  fields: (t) => ({
    email: t.field({ type: 'EmailAddress', description: 'The e-mail address to log in with.' }),
    companyName: t.string({ description: `The name of the new tenant, at most ${maxCompanyNameCharacters} characters.` }),
    username: t.string({ required: false, description: 'A username to log in by as well. If absent, the user logs in by the address alone.' }),
    name: t.string({
      required: false,
      description: `The display name, at most ${profileBounds.name} bytes in UTF-8. If absent, the e-mail address is used.`,
    }),
    password: t.string({
      required: false,
      description: `The password, as the password policy wants it. If absent, it is set when the account is activated.`,
    }),
    captchaToken: t.string({ required: false, description: captchaTokenDescription }),
    deviceToken: t.string({ required: false, description: deviceTokenDescription }),
    invitationToken: t.string({
      required: false,
      description:
        'The token of an invitation link. The account begins in its tenant with its roles, under the policy of that tenant, and no tenant is created.',
    }),
  }),
});

type Opened = Extract<LoginResult, { kind: 'SESSION' }>;

interface Success extends Pick<SignedUp, 'userId' | 'tenantId' | 'activationToken'>, Pick<Opened, 'grace'> {
  session: Opened['session'] | null;
}

const SignUpSuccess = builder.objectRef<Success>('SignUpSuccess').implement({
  description:
    'The account exists, in a tenant of its own or in that of the link. An address that had an account already gets the same answer where a mail has to follow.',
  fields: (t) => ({
    userId: t.id({ description: 'The global id of the new user.', resolve: ({ userId }) => globalId('User', userId) }),
    tenantId: t.id({
      description: 'The global id of the tenant that the account begins in.',
      resolve: ({ tenantId }) => globalId('Tenant', tenantId),
    }),
    session: t.expose('session', {
      type: Session,
      nullable: true,
      description: 'The new session with its tokens. Null if the account has to be activated by the link that was mailed.',
    }),
    activationToken: t.exposeString('activationToken', {
      nullable: true,
      description: 'The token that `activateUser` takes together with the mailed code. Null if the mail has no code, and where no mail follows.',
    }),
    grace: t.expose('grace', { type: MfaGrace, nullable: true, description: graceDescription }),
  }),
});

builder.mutationField('signUp', (t) =>
  t.errorUnionField({
    ...checksCredential,
    types: [SignUpSuccess, MfaChallenge, ...unionErrors(signUpErrors.signUp, 'INVALID_INPUT', 'RATE_LIMITED')],
    union: {
      description: 'Result of `signUp`: the account, a challenge for the second factor, or one of the errors the person can act on.',
      resolveType: (value) => ('challenge' in value ? MfaChallenge : SignUpSuccess),
    },
    description:
      'Opens an account with a tenant of its own, or in that of an invitation link, if the environment allows it. The account is activated by a mailed link, unless the environment lets users log in before; then the login passes the same checks as every other.',
    access: 'public',
    args: { input: t.arg({ type: SignUpInput, description: 'The person and the organization.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('SIGN_UP');
      const { userId, tenantId, login, activationToken } = await services.signUp.signUp(call.stranger, {
        ...{
          email: input.email,
          companyName: input.companyName,
          username: input.username ?? null,
          name: input.name ?? null,
          password: input.password ?? null,
        },
        ...{
          phoneNumber: null,
          profilePictureUrl: null,
          metadata: null,
          captchaToken: input.captchaToken ?? null,
          deviceToken: input.deviceToken ?? null,
        },
        invitationToken: input.invitationToken ?? null,
      });
      return login?.kind === 'CHALLENGE'
        ? login
        : { userId, tenantId, activationToken, session: login?.session ?? null, grace: login?.grace ?? null };
    },
  }),
);
