import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { passwordResetErrors } from '../../services/account/password-reset.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { id, optionalText, requiringOne, text } from '../validation.ts';

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
      response: { 201: empty, ...errorResponses(passwordResetErrors.request, 400, 429) },
    },
    handler: async (request, reply) => {
      const { email, identifier } = request.body;
      await services.passwordReset.request(request.call.stranger, { email: email || identifier || '' });
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
