import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import { attemptsPerChallenge } from '../../domain/login/challenge.ts';
import type { LoginResult } from '../../services/login/gate.ts';
import { builder } from '../builder/builder.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';
import { MfaGrace } from '../policy/grace.ts';

/** The object type of an authenticator as a person sees it before the second factor. */
export const MfaDevice = builder.objectRef<PublicAuthenticator>('MfaDevice').implement({
  description: 'An enrolled authenticator to verify, with only those fields that may be shown to somebody who has given nothing but a password.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The id that mutations which verify an authenticator take as `deviceId`. It is the same as `Authenticator.restId`.',
    }),
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'The strategy of the authenticator.' }),
    label: t.exposeString('label', { description: 'A text by which the person recognizes the authenticator.' }),
    phoneNumber: t.string({
      nullable: true,
      description: 'The phone number, masked: `+44*******1234`. Null unless the strategy is `SMS`.',
      resolve: ({ phoneNumber }) => phoneNumber ?? null,
    }),
  }),
});

/** The object type of the answer to a first factor that is not enough. */
export const MfaChallenge = builder.objectRef<Extract<LoginResult, { kind: 'CHALLENGE' }>>('MfaChallenge').implement({
  description:
    'The first factor was correct, and a second factor is needed to complete the login. Until then, only `mfaToken` works, and only for the mutations that take it.',
  fields: (t) => ({
    mfaToken: t.string({
      description: `An opaque token for the mutations that complete the login. It is shown once and never sent in the \`Authorization\` header. It stops working after ${attemptsPerChallenge} wrong codes.`,
      resolve: ({ challenge }) => challenge.mfaToken,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When `mfaToken` expires. The login then has to start again.',
      resolve: ({ challenge }) => challenge.expiresAt,
    }),
    enrolled: t.boolean({
      description:
        'If true, verify one of `devices`, or an e-mail code if offered. If false, enroll a first authenticator, or verify an e-mail code if offered.',
      resolve: ({ challenge }) => challenge.enrolled,
    }),
    devices: t.field({
      type: [MfaDevice],
      description: 'The authenticators to verify with. Empty while none is enrolled.',
      resolve: ({ challenge }) => challenge.authenticators,
    }),
    availableStrategies: t.field({
      type: [MfaStrategyName],
      description: 'The strategies to verify with, or to enroll with while no authenticator is enrolled. Never empty.',
      resolve: ({ challenge }) => challenge.strategies,
    }),
    grace: t.field({
      type: MfaGrace,
      nullable: true,
      description: 'The time that the person had to enroll and that has ended. Null if there was none.',
      resolve: ({ challenge }) => challenge.grace,
    }),
    rememberDeviceAllowed: t.boolean({
      description: 'Whether the policy allows this browser to become a remembered device, so that front ends know whether to offer it.',
      resolve: ({ challenge }) => challenge.rememberDeviceAllowed,
    }),
  }),
});
