import { z } from 'zod';
import { accountLockErrors } from '../../services/lockout/account-locks.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `POST /users/v1/:id/unlock`. */
export const userUnlock: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/:id/unlock',
    config: { access: 'environment' },
    schema: {
      operationId: 'unlockUser',
      summary: 'Unlock the user and reset the count of failed passwords',
      tags: ['Users'],
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(accountLockErrors.unlock, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.accountLocks.unlock(await request.call.caller(), { userId: request.params.id });
      return reply.code(200).send();
    },
  });
