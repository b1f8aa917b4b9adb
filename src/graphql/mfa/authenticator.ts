import { Authenticator } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';

Authenticator.implement({
  description: 'An enrolled factor. Nothing here proves anything: its secret is shown once, at enrollment.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Opaque id of the factor, the same as in `MfaChallenge.devices`.' }),
    strategy: t.expose('strategy', { type: MfaStrategyName, description: 'The kind of factor.' }),
    label: t.exposeString('label', { description: 'Text a person recognizes it by.' }),
    phoneNumber: t.string({
      nullable: true,
      description: 'The number of a phone, masked: `+44*******1234`. Null for every other factor.',
      resolve: ({ phoneNumber }) => phoneNumber ?? null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was enrolled.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it last proved a login. Null when it never did.' }),
  }),
});
