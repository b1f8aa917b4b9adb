import { z } from 'zod';
import { maxExemptionDays, maxReasonCharacters } from '../../domain/policy/exemption.ts';
import type { ReadExemption } from '../../services/policy/exemptions.ts';
import { exemptionErrors } from '../../services/policy/exemptions.ts';
import { builder } from '../builder/builder.ts';
import { byTime, connectionBy, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { id, idOf, text } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { MfaExemption, Tenant, User } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';

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
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true, description: 'When it was given. Null for `mfaBypass`.' }),
    until: t.expose('until', { type: 'DateTime', nullable: true, description: 'When it ends by itself. Null for `mfaBypass`, which has no end.' }),
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

const GrantMfaExemptionInput = builder.inputType('GrantMfaExemptionInput', {
  description: 'Whom to exempt, until when, and why.',
  validate: z.looseObject({ userId: id, tenantId: idOf('Tenant').nullish(), reason: text(maxReasonCharacters) }),
  fields: (t) => ({
    userId: t.id({ description: 'The global id or `restId` of the user, who has to be a member of the tenant.' }),
    tenantId: t.id({
      required: false,
      description:
        'The tenant that gives the exemption, by global id or `restId`. If absent or null, it is the current tenant, or the environment if an environment token names none.',
    }),
    until: t.field({ type: 'DateTime', description: `When the exemption ends by itself: in the future, at most ${maxExemptionDays} days from now.` }),
    reason: t.string({
      description: `Why, with at most ${maxReasonCharacters} characters. It goes to the audit trail, and the person can read it.`,
    }),
  }),
});

const GrantMfaExemptionSuccess = builder.objectRef<{ exemption: ReadExemption }>('GrantMfaExemptionSuccess').implement({
  description: 'The person is exempt from the next login on, and was notified by e-mail.',
  fields: (t) => ({ exemption: t.expose('exemption', { type: MfaExemption, description: 'The exemption.' }) }),
});

const EndMfaExemptionInput = builder.inputType('EndMfaExemptionInput', {
  description: 'The exemption to end.',
  validate: z.looseObject({ exemptionId: idOf('MfaExemption') }),
  fields: (t) => ({ exemptionId: t.id({ description: 'The global id or `restId` of the exemption.' }) }),
});

const EndMfaExemptionSuccess = builder.objectRef<{ exemption: ReadExemption }>('EndMfaExemptionSuccess').implement({
  description: 'The exemption has ended.',
  fields: (t) => ({ exemption: t.expose('exemption', { type: MfaExemption, description: 'The exemption as it was.' }) }),
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

builder.mutationFields((t) => ({
  grantMfaExemption: t.field({
    type: GrantMfaExemptionSuccess,
    description:
      'Exempts a person from the second factor until a time. An earlier exemption of the same person from the same tenant, or from the environment, ends. Requires the environment token, or a user whose role may change the security policy and whose second factor was verified recently, for members of the current tenant whose roles are not more powerful.',
    access: 'writePolicy',
    errors: resultUnion('grantMfaExemption', exemptionErrors.grant, 'INVALID_INPUT'),
    args: { input: t.arg({ type: GrantMfaExemptionInput, description: 'Whom to exempt, until when, and why.' }) },
    resolve: async (_root, { input: { userId, tenantId, until, reason } }, context) => ({
      exemption: await context.services.exemptions.grant(await callerOf(context), {
        userId: restIdOf('User', userId),
        tenantId: tenantId == null ? null : restIdOf('Tenant', tenantId),
        until,
        reason,
      }),
    }),
  }),
  endMfaExemption: t.field({
    type: EndMfaExemptionSuccess,
    description:
      'Ends an exemption before its time, from the next login on. Sessions stay as they are. Requires the environment token, or a user whose role may change the security policy, for exemptions of the current tenant. `mfaBypass` is ended by an environment token alone.',
    access: 'writePolicy',
    errors: resultUnion('endMfaExemption', exemptionErrors.end, 'INVALID_INPUT'),
    args: { input: t.arg({ type: EndMfaExemptionInput, description: 'The exemption to end.' }) },
    resolve: async (_root, { input }, context) => ({
      exemption: await context.services.exemptions.end(await callerOf(context), { exemptionId: restIdOf('MfaExemption', input.exemptionId) }),
    }),
  }),
}));
