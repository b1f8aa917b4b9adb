import { z } from 'zod';
import { environmentErrors } from '../../services/environment/environment.ts';
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
      response: { 200: z.object({ token: z.string(), expiresIn: z.int() }), ...errorResponses(environmentErrors.authenticate, 400, 429) },
    },
    handler: async (request) => {
      const { clientId, secret } = request.body;
      const { token, expiresInSeconds } = await services.environment.authenticate(request.call.stranger, { clientId, secret });
      return { token, expiresIn: expiresInSeconds };
    },
  });
