import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { ownPasswordErrors } from '../../services/account/own-password.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { onRequest, targetOfRequest } from '../self-service/target-user.ts';
import { optionalText, text } from '../validation.ts';

/** Serves `POST /users/v1/passwords/change`. */
export const passwordChange: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/change',
    config: { access: 'signedIn' },
    onRequest: onRequest('PASSWORD_CHANGE'),
    schema: {
      operationId: 'changePassword',
      summary: 'Change the own password, whose present one has to be known; with an environment token, set the password of a user',
      description: `${whatEnds('OWN_PASSWORD_CHANGED')} With an environment token, the present password is not looked at, and every session ends.`,
      tags: ['Passwords'],
      body: z.object({ password: optionalText(), newPassword: text() }),
      response: { 201: empty, ...errorResponses([...ownPasswordErrors.change, ...ownPasswordErrors.set], 400, 401, 403, 429, 503) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const { password, newPassword } = request.body;
      if (userId === null) await services.ownPassword.change(caller, { password: password ?? '', newPassword });
      else await services.ownPassword.set(caller, { userId, newPassword });
      return reply.code(201).send();
    },
  });
