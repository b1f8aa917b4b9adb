import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { codeOf, removalBody } from './removal-code.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

/** Serves `POST /users/v1/mfa/disable`. Frontegg has deprecated it, but portals call it to remove the app, and administrators to reset a user. */
export const disable: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/disable',
    config: { access: 'signedIn' },
    onRequest: onRequest('FACTOR_REMOVE'),
    schema: {
      operationId: 'disableMfa',
      summary: 'Remove the authenticator apps of the user; an environment token removes all authenticators of the user it names',
      tags: ['Self-service'],
      body: removalBody,
      response: { 200: empty, ...errorResponses([], 400, 401, 403, 404, 429) },
    },
    handler: async (request, reply) => {
      const { actor, userId } = await subjectOfRequest(request);
      const code = codeOf(actor, request.body);
      await services.factorRemoval.removeAll(actor, { userId, code, origin: request.call.origin });
      return reply.code(200).send();
    },
  });
