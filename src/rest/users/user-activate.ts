import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { activationErrors } from '../../services/account/activation.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id, optionalText, text } from '../validation.ts';

/** Serves `POST /users/v1/activate`. */
export const userActivate: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/users/v1/activate',
    config: { access: 'public', limit: 'ACTIVATE' },
    schema: {
      operationId: 'activateUser',
      summary: 'Verify the e-mail address by the token of the link, set a password if one is given, and log in',
      description: whatEnds('PASSWORD_CHANGED'),
      tags: ['Users'],
      body: z.object({ userId: id(), token: text(), password: optionalText() }),
      response: { 200: authResponse, ...errorResponses(activationErrors.activate, 400, 429, 503) },
    },
    handler: async (request, reply) => {
      const { userId, token, password } = request.body;
      const deviceToken = needs.cookies.deviceToken(request);
      const activation = { userId, token, code: null, password: password ?? null, deviceToken };
      const result = await needs.services.activation.activate(request.call.stranger, activation);
      return reply.code(200).send(await answerLogin(result, reply, needs));
    },
  });
