import { whatEnds } from '../../domain/session/revocation.ts';
import { removalErrors } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { codeOf, removalBody } from './removal-code.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

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
      description: whatEnds('LAST_FACTOR_REMOVED'),
      tags: ['Self-service'],
      body: removalBody,
      response: { 200: empty, ...errorResponses(removalErrors.disable, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      await services.removal.disable(caller, { userId, code: codeOf(caller.actor, request.body) });
      return reply.code(200).send();
    },
  });
