import { z } from 'zod';
import { unlockErrors } from '../../services/account/unlock.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { text } from '../validation.ts';

/** Serves `POST /users/v3/me/unlock`. */
export const unlockMe: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v3/me/unlock',
    config: { access: 'public', limit: 'UNLOCK' },
    schema: {
      operationId: 'unlockMe',
      summary: 'End a lock of the lockout policy by the token of the mailed link; this opens no session',
      description: 'No link ends a lock of an administrator.',
      tags: ['Users'],
      body: z.object({ token: text() }),
      response: { 200: empty, ...errorResponses(unlockErrors.unlock, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.unlock.unlock(request.call.stranger, request.body);
      return reply.code(200).send();
    },
  });
