import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { userEmailErrors } from '../../services/directory/user-email.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { emailText, text } from '../validation.ts';

const url = '/users/v1/email/me';
const tags = ['Users'];

/** Serves `POST /users/v1/email/me`. */
export const emailChangeRequest: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url,
    config: { access: 'user' },
    schema: {
      operationId: 'requestEmailChange',
      summary: 'Send a code to a new primary e-mail address; the answer is the same if another user has it',
      tags,
      body: z.object({ email: emailText() }),
      response: { 200: empty, ...errorResponses(userEmailErrors.requestChange, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.userEmail.requestChange(await request.call.caller(), request.body);
      return reply.code(200).send();
    },
  });

/** Serves `POST /users/v1/email/me/verify`. */
export const emailChangeConfirm: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: `${url}/verify`,
    config: { access: 'user' },
    schema: {
      operationId: 'confirmEmailChange',
      summary: 'Change the own primary e-mail address by the code that was sent to the new one; both addresses are told',
      description: whatEnds('EMAIL_CHANGED'),
      tags,
      body: z.object({ email: emailText(), code: text() }),
      response: { 200: empty, ...errorResponses(userEmailErrors.confirmChange, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      await services.userEmail.confirmChange(await request.call.caller(), request.body);
      return reply.code(200).send();
    },
  });
