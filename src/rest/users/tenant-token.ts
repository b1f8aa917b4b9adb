import { z } from 'zod';
import { refreshErrors } from '../../services/login/refresh.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';

/** Serves `POST /users/v3/me/token`. */
export const tenantToken: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v3/me/token',
    config: { access: 'user' },
    schema: {
      operationId: 'issueTenantToken',
      summary: 'Issue an access token of this session for another tenant of the user',
      tags: ['Users'],
      body: z.object({ tenantId: text() }),
      response: {
        201: z.object({ accessToken: z.string(), expires: z.string(), expiresIn: z.int() }),
        ...errorResponses(refreshErrors.tokenFor, 400, 401, 403),
      },
    },
    handler: async (request, reply) => {
      const { accessToken, expiresAt, expiresInSeconds } = await services.refresh.tokenFor(await request.call.caller(), request.body);
      return reply.code(201).send({ accessToken, expires: expiresAt.toISOString(), expiresIn: expiresInSeconds });
    },
  });
