import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { optionalText, requiringOne, text } from '../validation.ts';

const identifierTypes = ['email', 'username'] as const;

/** The body, which has two ways to name the same address. */
const address = requiringOne(
  z.object({ email: optionalText(), identifier: optionalText(), identifierType: z.enum(identifierTypes).nullish() }),
  'email',
  'identifier',
);

/** Serves `POST /users/v1/passwords/reset`. */
export const passwordResetRequest: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/reset',
    config: { access: 'public', limit: 'PASSWORD_RESET' },
    schema: {
      operationId: 'requestPasswordReset',
      summary: 'Send an e-mail with a link to set a new password; the answer is the same if no user is found',
      tags: ['Users'],
      body: address,
      response: { 201: empty, ...errorResponses([], 400, 429, 503) },
    },
    handler: async (request, reply) => {
      const { email, identifier } = request.body;
      await services.passwordReset.request({ email: email || identifier || '', origin: request.call.origin });
      return reply.code(201).send();
    },
  });

/** Serves `POST /users/v1/passwords/reset/verify`. */
export const passwordResetVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/reset/verify',
    config: { access: 'public', limit: 'PASSWORD_RESET_VERIFY' },
    schema: {
      operationId: 'resetPassword',
      summary: 'Set a new password by the token of the link; sessions and remembered devices end, authenticators stay',
      tags: ['Users'],
      body: z.object({ userId: text(), token: text(), password: text() }),
      response: { 201: empty, ...errorResponses([], 400, 401, 429, 503) },
    },
    handler: async (request, reply) => {
      const { userId, token, password } = request.body;
      await services.passwordReset.reset({ userId, token, password, origin: request.call.origin });
      return reply.code(201).send();
    },
  });
