import { z } from 'zod';
import { passwordResetErrors } from '../../services/account/password-reset.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';

/** Serves `POST /users/v1/:userId/links/generate-password-reset-token`. */
export const resetToken: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/:userId/links/generate-password-reset-token',
    config: { access: 'environment' },
    schema: {
      operationId: 'generatePasswordResetToken',
      summary: 'Make a link that sets a new password; the server does not send it',
      tags: ['Users'],
      params: z.object({ userId: id() }),
      response: {
        201: z.object({ link: z.string(), token: z.string(), userId: z.string() }),
        ...errorResponses(passwordResetErrors.generate, 400, 401, 403),
      },
    },
    handler: async (request, reply) => {
      const { userId } = request.params;
      const { link, token } = await services.passwordReset.generate(await request.call.caller(), { userId });
      return reply.code(201).send({ link, token, userId });
    },
  });
