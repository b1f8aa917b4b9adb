import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import { fail } from '../../domain/errors.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { requireInTenant } from '../../services/access/permissions.ts';
import { invitationErrors } from '../../services/account/invitations.ts';
import { userRemovalErrors } from '../../services/directory/user-removal.ts';
import { userRoleErrors } from '../../services/directory/user-roles.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id, optionalBytes, optionalId, optionalText, optionalUserName, requiringOne, storable } from '../validation.ts';
import { encodeMembers, memberShape } from './team-members.ts';

const url = '/team/resources/members/v1';
const params = z.object({ userId: id() });
const tags = ['Portal'];

const body = requiringOne(
  z.object({
    id: optionalId(),
    email: optionalText(),
    roleIds: z.array(storable()).max(100).nullish().describe('The roles that replace all others. An empty text, which portals send, names none.'),
    name: optionalUserName(),
    phoneNumber: optionalBytes(profileBounds.phoneNumber),
  }),
  'id',
  'email',
);

/** Serves `PUT /team/resources/members/v1`. The member is named by the id or else by the address. */
export const teamMemberUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url,
    config: { access: 'inTenant' },
    schema: {
      operationId: 'updateMember',
      summary: 'Replace the roles of a member of the tenant, or change the name or phone number of one who is in no other tenant',
      tags,
      body,
      response: {
        200: memberShape.extend({ item: memberShape.describe('The same member, where portals look for it.') }),
        ...errorResponses(userRoleErrors.updateMember, 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { tenantId } = requireInTenant(caller.actor);
      const { id: userId, email, roleIds, name, phoneNumber } = request.body;
      const changed = await services.userRoles.updateMember(caller, {
        user: userId ? { userId } : { email: email ?? '' },
        roleIds: roleIds?.filter((roleId) => roleId !== '') ?? null,
        profile: given({ name: name || null, phoneNumber }),
      });
      const users = await services.users.findMany(caller, { ids: [changed] });
      const [member = fail('USER_NOT_FOUND')] = await encodeMembers(services, caller, { users, tenantId });
      return { ...member, item: member };
    },
  });

/** Serves `DELETE /team/resources/members/v1/:userId`. */
export const teamMemberDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:userId`,
    config: { access: 'inTenant' },
    schema: {
      operationId: 'deleteMember',
      summary: 'Remove a member from the tenant, and delete a user who is in no other',
      description: whatEnds('TENANT_LEFT'),
      tags,
      params,
      response: { 200: empty, ...errorResponses(userRemovalErrors.removeFromTenant, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      await services.userRemoval.removeFromTenant(caller, { userId: request.params.userId, tenantId: null });
      return reply.code(200).send();
    },
  });

/** Serves `POST /team/resources/members/v1/:userId/resendActivationEmail`. */
export const teamMemberResend: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/:userId/resendActivationEmail`,
    config: { access: 'inTenant' },
    schema: {
      operationId: 'resendMemberInvitation',
      summary: 'Mail the links again that a member of the tenant waits for',
      tags,
      params,
      response: { 200: empty, ...errorResponses(invitationErrors.resend, 400, 401, 403, 404, 429) },
    },
    handler: async (request, reply) => {
      const named = { userId: request.params.userId };
      await services.invitations.resend(await request.call.caller(), { named, everywhere: false });
      return reply.code(200).send();
    },
  });
