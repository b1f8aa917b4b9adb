import { z } from 'zod';
import { answerLogin, authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText, text } from '../validation.ts';

/** Serves `POST /users/v1/activate`. */
export const userActivate: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/users/v1/activate',
    config: { access: 'public', limit: 'ACTIVATE' },
    schema: {
      operationId: 'activateUser',
      summary: 'Verify the e-mail address by the token of the link, set a password if one is given, and log in',
      tags: ['Users'],
      body: z.object({ userId: text(), token: text(), password: optionalText() }),
      response: { 200: authResponse, ...errorResponses([], 400, 401, 403, 429, 503) },
    },
    handler: async (request, reply) => {
      const { userId, token, password } = request.body;
      const { origin } = request.call;
      const deviceToken = needs.cookies.deviceToken(request);
      const admission = await needs.services.activation.activate({ userId, token, password: password ?? null, deviceToken, origin });
      return reply.code(200).send(await answerLogin(admission, reply, needs));
    },
  });
