import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { accountLockErrors } from '../../services/lockout/account-locks.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `POST /users/v1/:id/lock`. */
export const userLock: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/:id/lock',
    config: { access: 'environment' },
    schema: {
      operationId: 'lockUser',
      summary: 'Lock the user',
      description: whatEnds('ACCOUNT_LOCKED'),
      tags: ['Users'],
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(accountLockErrors.lock, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.accountLocks.lock(await request.call.caller(), { userId: request.params.id });
      return reply.code(200).send();
    },
  });
