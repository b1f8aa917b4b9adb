import { builder } from '../builder/builder.ts';
import { byTime, connectionBy, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { loadNodes } from '../builder/loaders.ts';
import { MfaExemption, Tenant, User } from '../builder/object-refs.ts';

builder.node(MfaExemption, {
  name: 'MfaExemption',
  description:
    'An exemption of a person from the second factor at login. A step-up still needs one. That of the environment counts for every login. That of a tenant counts for logins to it, unless the environment or another tenant of the person asks for a second factor too. The flag `mfaBypass` of a user shows as an exemption of the environment without an end.',
  access: 'somebody',
  id: { resolve: ({ id: key }) => key },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().mfaExemptionsById, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id without its type. `endMfaExemption` takes it, and the global id as well.' }),
    user: t.field({
      type: User,
      nullable: true,
      description: 'The person who is exempt. Null if the caller may not see them.',
      resolve: ({ userId }, _args, { loaders }) => loaders().users.load(userId),
    }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant that gave it. Null for the environment.',
      resolve: ({ tenantId }, _args, { loaders }) => (tenantId === null ? null : loaders().tenants.load(tenantId)),
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was given. Null for `mfaBypass`.' }),
    grantedBy: t.field({
      type: User,
      nullable: true,
      description: 'The user who gave it. Null if an environment token did, and if the caller may not see the user.',
      resolve: ({ grantedBy }, _args, { loaders }) => (grantedBy === null ? null : loaders().users.load(grantedBy)),
    }),
    grantedAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was given. Null for `mfaBypass`.' }),
    lastsUntil: t.expose('until', {
      type: 'DateTime',
      nullable: true,
      description: 'When it ends by itself. Null for `mfaBypass`, which has no end.',
    }),
  }),
});

builder.objectField(User, 'mfaExemptions', (t) =>
  t.field({
    type: [MfaExemption],
    description:
      'The exemptions from the second factor that last, `mfaBypass` first. A user reads own ones, and with a role that may read the security policy those that the environment or the current tenant gave to its members.',
    resolve: ({ id: userId }, _args, { loaders }) => loaders().mfaExemptions.load(userId),
  }),
);

const MfaExemptionConnection = builder.connectionObject({
  type: MfaExemption,
  name: 'MfaExemptionConnection',
  description: 'Exemptions that last, those that end first before the others.',
});

builder.queryField('mfaExemptions', (t) =>
  t.field({
    type: MfaExemptionConnection,
    description:
      'The exemptions that were granted and last: those of the current tenant, or all of them if an environment token names none. `mfaBypass` is not among them, because it is a field of its user.',
    access: 'readPolicy',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const { exemptions } = context.services;
      const connection = connectionBy(await exemptions.list(caller, { page }), page, ({ until, id: key }) => ({ at: until, id: key }), byTime);
      return { ...connection, count: () => exemptions.count(caller) };
    },
  }),
);
