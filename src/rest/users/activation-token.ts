import { z } from 'zod';
import { activationErrors } from '../../services/account/activation.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `POST /users/v1/:userId/links/generate-activation-token`. */
export const activationToken: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/:userId/links/generate-activation-token',
    config: { access: 'environment' },
    schema: {
      operationId: 'generateActivationToken',
      summary: 'Make a link that activates the user; the server does not send it',
      tags: ['Users'],
      params: z.object({ userId: id() }),
      response: {
        201: z.object({ link: z.string(), token: z.string(), userId: z.string() }),
        ...errorResponses(activationErrors.generate, 400, 401, 403),
      },
    },
    handler: async (request, reply) => {
      const { userId } = request.params;
      const { link, token } = await services.activation.generate(await request.call.caller(), { userId });
      return reply.code(201).send({ link, token, userId });
    },
  });
