import { z } from 'zod';
import { userErrors } from '../../services/directory/users.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `POST /users/v1/:id/verify`. */
export const userVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/:id/verify',
    config: { access: 'environment' },
    schema: {
      operationId: 'verifyUserEmail',
      summary: 'Mark the e-mail address of the user as verified',
      tags: ['Users'],
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(userErrors.markVerified, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.users.markVerified(await request.call.caller(), { userId: request.params.id });
      return reply.code(200).send();
    },
  });
