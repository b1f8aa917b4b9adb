import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { removalErrors } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { codeOf, removalBody } from './removal-code.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

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
      description: whatEnds('LAST_FACTOR_REMOVED'),
      tags: ['Self-service'],
      params: z.object({ deviceId: id() }),
      body: removalBody,
      response: { 200: empty, ...errorResponses(removalErrors.remove, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const proof = { by: 'CODE', strategy: 'AUTHENTICATOR_APP', answer: codeOf(caller.actor, request.body) } as const;
      await services.removal.remove(caller, { userId, deviceId: request.params.deviceId, strategies: ['AUTHENTICATOR_APP'], proof });
      return reply.code(200).send();
    },
  });
