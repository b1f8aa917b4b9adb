import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { adminResetErrors } from '../../services/recovery/admin-reset.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `POST /vendor-only/users/v1/:id/mfa/unenroll`. */
export const userUnenroll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/vendor-only/users/v1/:id/mfa/unenroll',
    config: { access: 'environment' },
    schema: {
      operationId: 'unenrollUser',
      summary: 'Remove all authenticators of the user, in all tenants',
      description: whatEnds('MFA_RESET'),
      tags: ['Users'],
      params: z.object({ id: id() }),
      response: { 200: empty, ...errorResponses(adminResetErrors.reset, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.adminReset.reset(await request.call.caller(), { userId: request.params.id });
      return reply.code(200).send();
    },
  });
