import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userRemovalErrors } from '../../services/directory/user-removal.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `DELETE /users/v1/:userId`. Some clients send a body, which means nothing. */
export const userDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/users/v1/:userId',
    config: { access: 'permitted' },
    schema: {
      operationId: 'deleteUser',
      summary: 'Remove a user from the tenant in force or, with an environment token that names none, delete the user everywhere',
      description: `${whatEnds('USER_DELETED')} ${whatEnds('TENANT_LEFT')} A user who is in no other tenant is deleted.`,
      tags: ['Users'],
      params: z.object({ userId: id() }),
      response: {
        200: empty,
        ...errorResponses([...userRemovalErrors.deleteEverywhere, ...userRemovalErrors.removeFromTenant], 400, 401, 403),
      },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { userId } = request.params;
      const { actor } = caller;
      if (actor.kind === 'ENVIRONMENT' && actor.tenantId === null) await services.userRemoval.deleteEverywhere(caller, { userId });
      else await services.userRemoval.removeFromTenant(caller, { userId, tenantId: null });
      return reply.code(200).send();
    },
  });
