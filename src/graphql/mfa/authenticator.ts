import { Authenticator } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';

Authenticator.implement({
  description: 'An enrolled authenticator. Its secret is shown once, at enrollment, and cannot be read here.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'The opaque id of the authenticator. Mutations take it as `deviceId`, and `MfaChallenge.devices` shows the same id.',
    }),
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'The strategy of the authenticator.' }),
    label: t.exposeString('label', { description: 'A text by which the person recognizes the authenticator.' }),
    phoneNumber: t.string({
      nullable: true,
      description: 'The phone number, masked: `+44*******1234`. Null unless the strategy is `SMS`.',
      resolve: ({ phoneNumber }) => phoneNumber ?? null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the authenticator was enrolled.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the authenticator was last verified. Null if it never was.',
    }),
  }),
});
