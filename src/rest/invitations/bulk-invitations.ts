import { z } from 'zod';
import { maxPeopleOfACall, stateOf } from '../../domain/account/bulk-invitation.ts';
import { DomainError } from '../../domain/errors.ts';
import { bulkInvitationErrors } from '../../services/account/bulk-invitations.ts';
import { restErrors, WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { decodeNewUser, newUserFields } from '../users/new-user.ts';
import { id, naming, optionalFlag } from '../validation.ts';
import { bulkStateToWire, wireBulkStates } from '../wire-names.ts';

const tags = ['Invitations'];

/** The largest body in bytes. A thousand people with their roles do not fit into the one of other operations. */
const bodyLimitBytes = 524_288;

const person = naming(
  z.object({
    ...newUserFields,
    skipInviteEmail: optionalFlag().describe('Whether to send no mail.'),
    verified: optionalFlag().describe('Whether the address is verified, so that no mail has to do it. Only an environment token decides that.'),
  }),
);

/** Serves `POST /users/bulk/v1/invite`. */
export const bulkInvite: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/bulk/v1/invite',
    bodyLimit: bodyLimitBytes,
    config: { access: 'permitted' },
    schema: {
      operationId: 'inviteUsers',
      summary: 'Bring many people into the tenant in force, one after the other after the answer',
      description: 'Each of them as a single invitation does. What is wrong with one keeps nobody else from being invited; the status tells it.',
      tags,
      body: z.object({ users: z.array(person).min(1).max(maxPeopleOfACall) }),
      response: { 202: z.object({ id: z.string() }), ...errorResponses(bulkInvitationErrors.start, 400, 401, 403, 413) },
    },
    handler: async (request, reply) => {
      const people = request.body.users.map((user) => ({
        ...decodeNewUser(user),
        ...{ skipMail: user.skipInviteEmail ?? false, verified: user.verified ?? false },
      }));
      const started = await services.bulkInvitations.start(await request.call.caller(), { tenantId: null, people });
      return reply.code(202).send({ id: started.id });
    },
  });

/** Serves `GET /users/bulk/v1/status/{id}`. */
export const bulkInviteStatus: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/bulk/v1/status/:id',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readBulkInvitation',
      summary: 'Read how far a bulk invitation is, and who was refused; it can be read for seven days',
      tags,
      params: z.object({ id: id() }),
      response: {
        200: z.object({
          id: z.string(),
          status: z.enum(wireBulkStates),
          total: z.int(),
          processed: z.int(),
          errors: z.array(z.object({ email: z.string(), message: z.string() })),
        }),
        ...errorResponses(['NOT_FOUND'], 400, 401, 403),
      },
    },
    handler: async (request) => {
      const [found] = await services.bulkInvitations.findMany(await request.call.caller(), { ids: [request.params.id] });
      if (found === undefined) throw new WordedRefusal(new DomainError('NOT_FOUND'), 'Bulk invitation not found');
      const errors = found.refusals.map(({ email, code, message }) => ({ email, message: message ?? restErrors[code].text }));
      return { id: found.id, status: bulkStateToWire(stateOf(found)), total: found.total, processed: found.processed, errors };
    },
  });
