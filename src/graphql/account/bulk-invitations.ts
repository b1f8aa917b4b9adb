import { z } from 'zod';
import { type bulkInvitationStates, maxPeopleOfACall, stateOf } from '../../domain/account/bulk-invitation.ts';
import { catalogue } from '../../domain/error-catalogue.ts';
import type { RefusedInvitation, ReportedBulkInvitation } from '../../services/account/bulk-invitations.ts';
import { bulkInvitationErrors } from '../../services/account/bulk-invitations.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { enumValues } from '../builder/enum-values.ts';
import { ErrorCode } from '../builder/error-types.ts';
import { tenantId } from '../builder/input-rules.ts';
import { loadNodes } from '../builder/loaders.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { BulkInvitation, Tenant } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import { currentTenant, decodeInvited, invitedFields, invitedRules } from './invited-person.ts';

const BulkInvitationState = builder.enumType('BulkInvitationState', {
  description: 'How far a bulk invitation is.',
  values: enumValues<(typeof bulkInvitationStates)[number]>({
    NOT_STARTED: 'Nobody was invited or refused yet.',
    IN_PROGRESS: 'Some people were invited or refused, and some still wait.',
    COMPLETED: 'Everybody was invited.',
    COMPLETED_WITH_ERRORS: 'Everybody was invited or refused, and at least one person was refused.',
  }),
});

const BulkInvitationRefusal = builder.objectRef<RefusedInvitation>('BulkInvitationRefusal').implement({
  description: 'Somebody who was not invited.',
  fields: (t) => ({
    email: t.exposeString('email', { description: 'The e-mail address, as the call named it.' }),
    code: t.expose('code', { type: ErrorCode, description: 'The error code, for programs.' }),
    message: t.string({
      description: 'What is wrong, in English for developers and logs.',
      resolve: ({ code, message }) => message ?? catalogue[code].message,
    }),
  }),
});

builder.node(BulkInvitation, {
  name: 'BulkInvitation',
  description:
    'People who were invited with one call. They are invited one after the other, each with the rights that the caller has at that moment. Whoever may invite people into the tenant may read it, for seven days after the last one.',
  access: 'anyToken',
  id: { resolve: ({ id }) => id },
  loadManyWithoutCache: (ids, { loaders }) => loadNodes(loaders().bulkInvitations, ids),
  fields: (t) => ({
    restId: t.exposeString('id', { description: 'The id that REST uses.' }),
    tenant: t.field({
      type: Tenant,
      nullable: true,
      description: 'The tenant that the people come into. Null if it was deleted meanwhile.',
      resolve: ({ tenantId }, _args, { loaders }) => loaders().tenants.load(tenantId),
    }),
    state: t.field({ type: BulkInvitationState, description: 'How far it is.', resolve: stateOf }),
    totalCount: t.exposeInt('total', { description: 'How many people the call named.' }),
    processedCount: t.exposeInt('processed', { description: 'How many of them were invited or refused so far.' }),
    refusals: t.expose('refusals', {
      type: [BulkInvitationRefusal],
      description: 'Whoever was refused so far, in the order of the call. What is wrong with one person keeps nobody else from being invited.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the people were named.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When the last one was invited or refused. Null before.' }),
  }),
});

const InvitedPersonInput = builder.inputType('InvitedPersonInput', {
  description: 'Somebody to bring into a tenant. Null is refused for every field; leave out what is not known.',
  validate: z.looseObject(invitedRules),
  fields: invitedFields,
});

const InviteUsersInput = builder.inputType('InviteUsersInput', {
  description: 'The people to bring into one tenant. Null is refused for every field.',
  validate: z.looseObject({ tenantId: tenantId.optional(), people: z.array(z.unknown()).min(1).max(maxPeopleOfACall) }),
  fields: (t) => ({
    tenantId: t.id({ required: false, description: currentTenant }),
    people: t.field({
      type: [InvitedPersonInput],
      description: `The people, 1 to ${maxPeopleOfACall}, as far as they fit into one request.`,
    }),
  }),
});

const InviteUsersSuccess = builder.objectRef<{ bulkInvitation: ReportedBulkInvitation }>('InviteUsersSuccess').implement({
  description: 'The people are stored, and the first of them is invited next.',
  fields: (t) => ({
    bulkInvitation: t.expose('bulkInvitation', { type: BulkInvitation, description: 'How far it is. Read it again to see it progress.' }),
  }),
});

builder.queryField('bulkInvitation', (t) =>
  t.field({
    type: BulkInvitation,
    nullable: true,
    description:
      'Returns one bulk invitation. Null if it does not exist, its seven days are over, or it is for another tenant than the current one. Requires the environment token, or a user whose roles include `fe.secure.write.users`.',
    access: 'writeUsers',
    args: { id: t.arg.id({ description: 'The global id or `restId` of the bulk invitation.' }) },
    resolve: (_root, { id }, { loaders }) => loaders().bulkInvitations.load(restIdOf('BulkInvitation', id)),
  }),
);

builder.mutationField('inviteUsers', (t) =>
  t.field({
    type: InviteUsersSuccess,
    description:
      'Brings many people into a tenant, one after the other after the answer, each as `inviteUser` does. Requires the environment token, or a user whose roles include `fe.secure.write.users`, who gives roles that are no more powerful than the own ones.',
    access: 'writeUsers',
    errors: resultUnion('inviteUsers', bulkInvitationErrors.start),
    args: { input: t.arg({ type: InviteUsersInput, description: 'The people, and the tenant.' }) },
    resolve: async (_root, { input }, context) => ({
      bulkInvitation: await context.services.bulkInvitations.start(await callerOf(context), {
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
        people: input.people.map(decodeInvited),
      }),
    }),
  }),
);
