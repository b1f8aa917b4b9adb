import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { activationErrors } from '../../services/account/activation.ts';
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

/** Serves `POST /users/v1/activate/code`. No mail of this server has a code beside its link, so none is right. */
export const activationByCode: RestRoute = (app) =>
  app.route({
    method: 'POST',
    url: '/users/v1/activate/code',
    config: { access: 'public', limit: 'ACTIVATE' },
    schema: {
      operationId: 'activateUserByCode',
      summary: 'Refuse every code, because mails have links and no codes',
      tags,
      body: z.object({ userId: id(), token: text(), code: text(), password: optionalText() }),
      response: { 200: authResponse, ...errorResponses(['INVALID_CODE'], 400, 429) },
    },
    handler: async () => fail('INVALID_CODE'),
  });
