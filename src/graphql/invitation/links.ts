import { z } from 'zod';
import { defaultInvitationMinutes, invitationMinutes, mostInvitationRoles } from '../../domain/invitation/invitation-link.ts';
import type { ShownLink } from '../../services/invitation/link-showing.ts';
import { invitationLinkErrors } from '../../services/invitation/links.ts';
import { builder } from '../builder/builder.ts';
import { connectionOf, pageRequest } from '../builder/connections.ts';
import { callerOf } from '../builder/context.ts';
import { flag, id, tenantId, wholeNumber } from '../builder/input-rules.ts';
import { globalId, restIdOf } from '../builder/node-ids.ts';
import { InvitationLink } from '../builder/object-refs.ts';
import { resultUnion } from '../errors/placement.ts';
import './types.ts';

const mayInvite = 'Requires the environment token, or a user whose roles include `fe.secure.write.tenantInvites`.';
const minutes = wholeNumber(invitationMinutes.min, invitationMinutes.max);

const InvitationLinkConnection = builder.connectionObject({ type: InvitationLink, name: 'InvitationLinkConnection' });

builder.queryField('invitations', (t) =>
  t.field({
    type: InvitationLinkConnection,
    description: `The links that work by their time, oldest first: for a user the own one in the current tenant, for an environment token those of the tenant in the header, or without it of all tenants. ${mayInvite}`,
    access: 'writeTenantInvites',
    args: t.arg.connectionArgs(),
    resolve: async (_root, args, context) => {
      const caller = await callerOf(context);
      const page = pageRequest(args);
      const links = await context.services.invitationLinkReading.list(caller, { page });
      return { ...connectionOf(links, page), count: () => context.services.invitationLinkReading.count(caller) };
    },
  }),
);

const CreateInvitationInput = builder.inputType('CreateInvitationInput', {
  description: 'The link to make. Null is refused for every field.',
  validate: z.looseObject({
    tenantId: tenantId.optional(),
    userId: id.optional(),
    lifetimeMinutes: minutes.optional(),
    notifiesOwner: flag.optional(),
    roleIds: z.array(id).max(mostInvitationRoles).optional(),
  }),
  fields: (t) => ({
    tenantId: t.id({
      required: false,
      description: 'The global id or `restId` of the tenant to join. If absent, the current tenant, which an environment token names by the header.',
    }),
    userId: t.id({
      required: false,
      description:
        'The global id or `restId` of the member whose own link it is. If absent, the user who calls, or by an environment token nobody, for a link of the tenant itself.',
    }),
    lifetimeMinutes: t.int({
      required: false,
      description: `How many minutes the link works, ${invitationMinutes.min} to ${invitationMinutes.max}. If absent, ${defaultInvitationMinutes}.`,
    }),
    notifiesOwner: t.boolean({ required: false, description: 'Whether the owner is told by mail of everybody who joins. If absent, false.' }),
    roleIds: t.idList({
      required: false,
      description: `The global ids or \`restId\`s of the roles of those who join, at most ${mostInvitationRoles}. If absent or empty, the default roles at that time.`,
    }),
  }),
});

const UpdateInvitationInput = builder.inputType('UpdateInvitationInput', {
  description: 'The link, and what to change of it: at least one field. Null is refused for every field.',
  validate: z.looseObject({ id, lifetimeMinutes: minutes.optional(), notifiesOwner: flag.optional() }),
  fields: (t) => ({
    id: t.id({ description: 'The global id or `restId` of the link.' }),
    lifetimeMinutes: t.int({
      required: false,
      description: `How many minutes the link works from now on, ${invitationMinutes.min} to ${invitationMinutes.max}. If absent, it is unchanged.`,
    }),
    notifiesOwner: t.boolean({
      required: false,
      description: 'Whether the owner is told by mail of everybody who joins. If absent, it is unchanged.',
    }),
  }),
});

const DeleteInvitationInput = builder.inputType('DeleteInvitationInput', {
  description: 'The link to delete.',
  validate: z.looseObject({ id }),
  fields: (t) => ({ id: t.id({ description: 'The global id or `restId` of the link.' }) }),
});

const success = (name: string, description: string) =>
  builder.objectRef<{ invitation: ShownLink }>(name).implement({
    description,
    fields: (t) => ({ invitation: t.expose('invitation', { type: InvitationLink, description: 'The link.' }) }),
  });

const CreateInvitationSuccess = success('CreateInvitationSuccess', 'The link exists, and people can join by it.');
const UpdateInvitationSuccess = success('UpdateInvitationSuccess', 'The link was changed. Its token and its roles are the same.');
const DeleteInvitationSuccess = builder.objectRef<{ id: string }>('DeleteInvitationSuccess').implement({
  description: 'The link was deleted, and nobody joins by it any more. Who has joined stays.',
  fields: (t) => ({
    deletedInvitationLinkId: t.id({ description: 'The global id that the link had.', resolve: (link) => globalId('InvitationLink', link.id) }),
  }),
});

builder.mutationFields((t) => ({
  createInvitation: t.field({
    type: CreateInvitationSuccess,
    description: `Makes a link by which people join a tenant. A member has one in each tenant, so a new one takes the place of an earlier one, whose token stops working. A user makes only their own, in the current tenant, with roles that are no more powerful than the own ones. The environment must have \`allowTenantInvitations\` switched on. ${mayInvite}`,
    access: 'writeTenantInvites',
    errors: resultUnion('createInvitation', invitationLinkErrors.create),
    args: { input: t.arg({ type: CreateInvitationInput, description: 'The link to make.' }) },
    resolve: async (_root, { input }, context) => ({
      invitation: await context.services.invitationLinks.create(await callerOf(context), {
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
        userId: input.userId == null ? null : restIdOf('User', input.userId),
        lifetimeMinutes: input.lifetimeMinutes ?? defaultInvitationMinutes,
        notifiesOwner: input.notifiesOwner ?? false,
        roleIds: (input.roleIds ?? []).map((roleId) => restIdOf('Role', roleId)),
      }),
    }),
  }),
  updateInvitation: t.field({
    type: UpdateInvitationSuccess,
    description: `Changes how long a link works, or whether its owner is told. A user changes only their own, and only while its roles are no more powerful than the own ones. ${mayInvite}`,
    access: 'writeTenantInvites',
    errors: resultUnion('updateInvitation', invitationLinkErrors.update, 'INVALID_INPUT'),
    args: { input: t.arg({ type: UpdateInvitationInput, description: 'The link, and what to change.' }) },
    resolve: async (_root, { input: { id: named, lifetimeMinutes, notifiesOwner } }, context) => ({
      invitation: await context.services.invitationLinks.update(await callerOf(context), {
        named: { id: restIdOf('InvitationLink', named) },
        change: { ...(lifetimeMinutes == null ? {} : { lifetimeMinutes }), ...(notifiesOwner == null ? {} : { notifiesOwner }) },
      }),
    }),
  }),
  deleteInvitation: t.field({
    type: DeleteInvitationSuccess,
    description:
      'Deletes a link. A login that has brought its token and is not complete joins nobody any more. A user deletes only their own. Requires the environment token, or a user whose roles include `fe.secure.delete.tenantInvites`.',
    access: 'deleteTenantInvites',
    errors: resultUnion('deleteInvitation', invitationLinkErrors.remove, 'INVALID_INPUT'),
    args: { input: t.arg({ type: DeleteInvitationInput, description: 'The link to delete.' }) },
    resolve: async (_root, { input }, context) => {
      const restId = restIdOf('InvitationLink', input.id);
      await context.services.invitationLinks.remove(await callerOf(context), { id: restId });
      return { id: restId };
    },
  }),
}));
