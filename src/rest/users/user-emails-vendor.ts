import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userEmailsErrors } from '../../services/directory/user-emails.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { emailText, id, optionalFlag, text } from '../validation.ts';
import { encodeUserEmail, userEmailShape } from './user-email-shape.ts';

const url = '/users/emails/v1/vendor/:userId';
const params = z.object({ userId: id() });
const tags = ['Users'];

/** Serves `POST /users/emails/v1/vendor/:userId`. */
export const userEmailAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'environment' },
    schema: {
      operationId: 'addUserEmail',
      summary: 'Add an e-mail address to those of a user; no mail is sent',
      tags,
      params,
      body: z.object({ email: emailText(), isVerified: optionalFlag().describe('Whether the caller vouches for the address.') }),
      response: { 201: userEmailShape, ...errorResponses(userEmailsErrors.add, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { email, isVerified } = request.body;
      const command = { userId: request.params.userId, email, verified: isVerified ?? false };
      return reply.code(201).send(encodeUserEmail(await services.userEmails.add(await request.call.caller(), command)));
    },
  });

/** Serves `DELETE /users/emails/v1/vendor/:userId/:emailId`. */
export const userEmailRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: `${url}/:emailId`,
    config: { access: 'environment' },
    schema: {
      operationId: 'removeUserEmail',
      summary: 'Remove an e-mail address of a user, but not the primary one',
      tags,
      params: params.extend({ emailId: id() }),
      response: { 200: empty, ...errorResponses(userEmailsErrors.remove, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.userEmails.remove(await request.call.caller(), request.params);
      return reply.code(200).send();
    },
  });

/** Serves `POST /users/emails/v1/vendor/:userId/primary`. */
export const userPrimaryEmailSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/primary`,
    config: { access: 'environment' },
    schema: {
      operationId: 'setUserPrimaryEmail',
      summary: 'Make another e-mail address of a user the primary one; both addresses are told',
      description: whatEnds('EMAIL_CHANGED'),
      tags,
      params,
      body: z.object({ email: text() }),
      response: { 200: empty, ...errorResponses(userEmailsErrors.setPrimary, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { email } = request.body;
      await services.userEmails.setPrimary(await request.call.caller(), { userId: request.params.userId, email });
      return reply.code(200).send();
    },
  });
