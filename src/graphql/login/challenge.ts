import type { PublicAuthenticator } from '../../domain/authenticator/strategy.ts';
import type { LoginResult } from '../../services/login/gate.ts';
import { builder } from '../builder/builder.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';

export const MfaDevice = builder.objectRef<PublicAuthenticator>('MfaDevice').implement({
  description: 'A factor to verify with, as much of it as a password alone may show.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'What the operations that verify a factor take as `deviceId`; the same as `Authenticator.id`.' }),
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'The kind of factor.' }),
    label: t.exposeString('label', { description: 'Text a person recognizes it by.' }),
    phoneNumber: t.string({
      nullable: true,
      description: 'The number of a phone, masked: `+44*******1234`. Null for every other factor.',
      resolve: ({ phoneNumber }) => phoneNumber ?? null,
    }),
  }),
});

/** The other answer to a first factor. */
export const MfaChallenge = builder.objectRef<Extract<LoginResult, { kind: 'CHALLENGE' }>>('MfaChallenge').implement({
  description: 'The first factor held; a second one is needed. No token works yet but `mfaToken`, and only for the operations that take it.',
  fields: (t) => ({
    mfaToken: t.string({
      description: 'Opaque, shown once. It goes into inputs, never into the `Authorization` header, and dies after five wrong codes.',
      resolve: ({ challenge }) => challenge.mfaToken,
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it expires; then the login starts anew.',
      resolve: ({ challenge }) => challenge.expiresAt,
    }),
    enrolled: t.boolean({
      description:
        'True: verify one of `devices`, or an e-mail code where offered. False: enroll a first factor, or verify an e-mail code where offered.',
      resolve: ({ challenge }) => challenge.enrolled,
    }),
    devices: t.field({
      type: [MfaDevice],
      description: 'Factors to verify with; empty while none is enrolled.',
      resolve: ({ challenge }) => challenge.authenticators,
    }),
    availableStrategies: t.field({
      type: [MfaStrategyName],
      description: 'Strategies to verify with, or to enroll while none is enrolled. Never empty.',
      resolve: ({ challenge }) => challenge.strategies,
    }),
    rememberDeviceAllowed: t.boolean({
      description: 'Whether to offer "remember this device".',
      resolve: ({ challenge }) => challenge.rememberDeviceAllowed,
    }),
  }),
});
