import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { codeOf, removalBody } from './removal-code.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

/** Serves `POST /users/v1/mfa/authenticator/:deviceId/disable/verify`. */
export const authenticatorDisable: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/authenticator/:deviceId/disable/verify',
    config: { access: 'signedIn' },
    onRequest: onRequest('FACTOR_REMOVE'),
    schema: {
      operationId: 'disableAuthenticator',
      summary: 'Remove one authenticator app',
      tags: ['Self-service'],
      params: z.object({ deviceId: text() }),
      body: removalBody,
      response: { 200: empty, ...errorResponses([], 400, 401, 403, 404, 429) },
    },
    handler: async (request, reply) => {
      const { actor, userId } = await subjectOfRequest(request);
      const code = codeOf(actor, request.body);
      const { deviceId } = request.params;
      await services.factorRemoval.removeApp(actor, { userId, deviceId, code, origin: request.call.origin });
      return reply.code(200).send();
    },
  });
