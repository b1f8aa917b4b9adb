import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';

/** Serves `POST /auth/vendor`. */
export const vendorLogin: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/vendor',
    config: { access: 'public', limit: 'ENVIRONMENT' },
    schema: {
      operationId: 'authenticateEnvironment',
      summary: 'Exchange the client id and secret for an environment token',
      tags: ['Environment'],
      body: z.object({ clientId: text(), secret: text() }),
      response: { 200: z.object({ token: z.string(), expiresIn: z.int() }), ...errorResponses([], 400, 401, 429) },
    },
    handler: async (request) => {
      const { clientId, secret } = request.body;
      const { token, expiresInSeconds } = await services.environment.authenticate({ clientId, secret, origin: request.call.origin });
      return { token, expiresIn: expiresInSeconds };
    },
  });
