import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { activationErrors } from '../../services/account/activation.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id, optionalText, text } from '../validation.ts';

const tags = ['Invitations'];

/** Serves `GET /users/v1/activate/strategy`. */
export const activationStrategy: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v1/activate/strategy',
    config: { access: 'public', limit: 'ACTIVATE' },
    schema: {
      operationId: 'readActivationStrategy',
      summary: 'Read whether an activation has to set a password; the link stays valid',
      tags,
      querystring: z.object({ userId: id(), token: text() }),
      response: { 200: z.object({ shouldSetPassword: z.boolean() }), ...errorResponses(activationErrors.strategyOf, 400, 429) },
    },
    handler: async (request) => {
      const { setsPassword } = await services.activation.strategyOf(request.call.stranger, request.query);
      return { shouldSetPassword: setsPassword };
    },
  });

/** Serves `POST /users/v1/activate/code`. */
export const activationByCode: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/users/v1/activate/code',
    config: { access: 'public', limit: 'ACTIVATE' },
    schema: {
      operationId: 'activateUserByCode',
      summary: 'Verify the e-mail address by a token and the code that was mailed with it, set a password if one is given, and log in',
      description: whatEnds('PASSWORD_CHANGED'),
      tags,
      body: z.object({ userId: id(), token: text(), code: text(), password: optionalText() }),
      response: { 200: authResponse, ...errorResponses(activationErrors.activate, 400, 429, 503) },
    },
    handler: async (request, reply) => {
      const { userId, token, code, password } = request.body;
      const deviceToken = needs.cookies.deviceToken(request);
      const activation = { userId, token, code, password: password ?? null, deviceToken };
      const result = await needs.services.activation.activate(request.call.stranger, activation);
      return reply.code(200).send(await answerLogin(result, reply, needs));
    },
  });
