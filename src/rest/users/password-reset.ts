import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { passwordResetErrors } from '../../services/account/password-reset.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, text } from '../validation.ts';

/** Serves `POST /users/v1/passwords/reset/verify`. */
export const passwordResetVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/reset/verify',
    config: { access: 'public', limit: 'PASSWORD_RESET_VERIFY' },
    schema: {
      operationId: 'resetPassword',
      summary: 'Set a new password by the token of the link',
      description: whatEnds('PASSWORD_CHANGED'),
      tags: ['Users'],
      body: z.object({ userId: id(), token: text(), password: text() }),
      response: { 201: empty, ...errorResponses(passwordResetErrors.reset, 400, 429, 503) },
    },
    handler: async (request, reply) => {
      await services.passwordReset.reset(request.call.stranger, request.body);
      return reply.code(201).send();
    },
  });
