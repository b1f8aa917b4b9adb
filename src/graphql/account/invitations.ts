import { z } from 'zod';
import { tokenLifetimeSeconds } from '../../domain/account/user-token.ts';
import { invitationErrors } from '../../services/account/invitations.ts';
import { builder } from '../builder/builder.ts';
import { callerOf } from '../builder/context.ts';
import { emailOfUser, id, secret, tenantId } from '../builder/input-rules.ts';
import { restIdOf } from '../builder/node-ids.ts';
import { changedUser } from '../directory/target-user.ts';
import { resultUnion } from '../errors/placement.ts';
import { checksCredential } from '../limits/single-credential.ts';
import { linkCodeDescription } from './activation.ts';
import { currentTenant, decodeInvited, invitedFields, invitedRules } from './invited-person.ts';

const days = tokenLifetimeSeconds.INVITATION / 86_400;
const InviteUserInput = builder.inputType('InviteUserInput', {
  description: 'Somebody to bring into a tenant. Null is refused for every field; leave out what is not known.',
  validate: z.looseObject({ ...invitedRules, tenantId: tenantId.optional() }),
  fields: (t) => ({ ...invitedFields(t), tenantId: t.id({ required: false, description: currentTenant }) }),
});

const ResendInvitationInput = builder.inputType('ResendInvitationInput', {
  description: 'The person who waits for a link.',
  validate: z.looseObject({ email: emailOfUser }),
  fields: (t) => ({ email: t.field({ type: 'EmailAddress', description: 'The e-mail address of the person.' }) }),
});

const AcceptInvitationInput = builder.inputType('AcceptInvitationInput', {
  description: 'The values of an invitation link.',
  validate: z.looseObject({ userId: id, token: secret, code: secret.optional() }),
  fields: (t) => ({
    userId: t.id({ description: 'The `userId` of the link, or the global id of the user.' }),
    token: t.string({ description: 'The `token` of the link.' }),
    code: t.string({ required: false, description: linkCodeDescription }),
  }),
});

const InviteUserSuccess = changedUser(
  'InviteUserSuccess',
  'The person is a member of the tenant, or will be after accepting the mailed invitation.',
  'The user, as the caller may read them.',
);
const accepted = (typeName: string, description: string, field: string) =>
  builder
    .objectRef<{ accepted: true }>(typeName)
    .implement({ description, fields: (t) => ({ accepted: t.exposeBoolean('accepted', { description: field }) }) });
const ResendInvitationSuccess = accepted(
  'ResendInvitationSuccess',
  'The request was accepted. If somebody with this address waits for a link, it is on its way, and the earlier ones stop working.',
  'Always true, even if nobody waits, so that nobody can find out who was invited.',
);
const AcceptInvitationSuccess = accepted(
  'AcceptInvitationSuccess',
  'The user is a member of the tenant. This opens no session: log in, or activate the account first.',
  'Always true.',
);

builder.mutationFields((t) => ({
  inviteUser: t.field({
    type: InviteUserSuccess,
    description: `Brings somebody into a tenant. An environment token adds the person at once. A user invites: whoever has an account joins only by accepting the mailed invitation, which works for ${days} days; a new user is created and activates the account by a mailed link. Who was invited before gets the mail again. Requires the environment token, or a user whose roles include \`fe.secure.write.users\`, who gives roles that are no more powerful than the user's own.`,
    access: 'writeUsers',
    errors: resultUnion('inviteUser', invitationErrors.invite),
    args: { input: t.arg({ type: InviteUserInput, description: 'The person, and the tenant.' }) },
    resolve: async (_root, { input }, context) =>
      context.services.invitations.invite(await callerOf(context), {
        ...decodeInvited(input),
        tenantId: input.tenantId == null ? null : restIdOf('Tenant', input.tenantId),
      }),
  }),
  resendInvitation: t.field({
    type: ResendInvitationSuccess,
    description: 'Mails the links again that somebody waits for: to activate the account, and to accept invitations. Anybody may ask.',
    access: 'public',
    errors: resultUnion('resendInvitation', invitationErrors.requestAgain, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: ResendInvitationInput, description: 'The person who waits for a link.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('LINK_AGAIN');
      await services.invitations.requestAgain(call.stranger, { email: input.email });
      return { accepted: true } as const;
    },
  }),
  acceptInvitation: t.field({
    ...checksCredential,
    type: AcceptInvitationSuccess,
    description: 'Accepts an invitation to a tenant by the token of its link, which works once.',
    access: 'public',
    errors: resultUnion('acceptInvitation', invitationErrors.accept, 'INVALID_INPUT', 'RATE_LIMITED'),
    args: { input: t.arg({ type: AcceptInvitationInput, description: 'The user and the token.' }) },
    resolve: async (_root, { input }, { call, services }) => {
      await call.takeFromAddress('INVITATION_ACCEPT');
      await services.invitations.accept(call.stranger, { userId: restIdOf('User', input.userId), token: input.token, code: input.code ?? null });
      return { accepted: true } as const;
    },
  }),
}));
