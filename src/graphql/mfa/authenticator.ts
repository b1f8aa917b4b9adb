import { builder } from '../builder/builder.ts';
import { Authenticator } from '../builder/object-refs.ts';
import { MfaStrategyName } from '../builder/strategy-name.ts';

builder.node(Authenticator, {
  name: 'Authenticator',
  description:
    'An enrolled authenticator. Its secret is shown once, at enrollment, and cannot be read here. A user sees own ones, and the environment token those of the users it sees.',
  // Whoever enrolls during a login has no token yet. `node` asks for one, and the service says whose authenticators the caller sees.
  access: 'public',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) =>
    loaders()
      .authenticatorsById.loadMany(ids)
      .then((found) => found.map((authenticator) => (authenticator instanceof Error ? null : authenticator))),
  fields: (t) => ({
    restId: t.exposeString('id', {
      description: 'The id that REST and `MfaChallenge.devices` use. Mutations take it as `deviceId`, and the global id as well.',
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
