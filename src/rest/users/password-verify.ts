import { z } from 'zod';
import { passwordLoginErrors } from '../../services/login/password.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';

/** Serves `POST /vendor-only/users/v1/passwords/verify`. */
export const passwordVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/vendor-only/users/v1/passwords/verify',
    config: { access: 'environment' },
    schema: {
      operationId: 'verifyPassword',
      summary: 'Tell whether a password is right; a wrong one counts for the lockout like a login',
      tags: ['Users'],
      body: z.object({ email: text(), password: text() }),
      response: { 200: z.boolean(), ...errorResponses(passwordLoginErrors.verify, 400, 401, 403, 503) },
    },
    handler: async (request, reply) => {
      const right = await services.passwordLogin.verify(await request.call.caller(), request.body);
      return reply.code(200).send(right);
    },
  });
