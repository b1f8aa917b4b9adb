import { z } from 'zod';
import { emailCodeLoginErrors } from '../../services/login/email-code.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { optionalId, optionalText, requiringOne } from '../validation.ts';

/**
 * Serves `POST /auth/v1/passwordless/code/prelogin`. The answer has no body. The token that has to come back with the code
 * is set as a cookie, for known and unknown users alike.
 */
export const loginCodeSend: RestRoute = (app, { services, cookies }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/passwordless/code/prelogin',
    config: { access: 'public', limit: 'LOGIN_CODE_SEND', cookie: true },
    schema: {
      operationId: 'sendLoginCode',
      summary: 'Send a code to log in with by e-mail; the answer is the same if no user is found',
      tags: ['Login'],
      body: requiringOne(z.object({ email: optionalText(), username: optionalText(), userId: optionalId() }), 'email', 'username', 'userId'),
      response: { 201: empty, ...errorResponses(emailCodeLoginErrors.send, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const { email, username, userId } = request.body;
      const address = email || username;
      const named = address ? { email: address } : { userId: userId ?? '' };
      const sent = await services.emailCodeLogin.send(request.call.stranger, named);
      await cookies.keepLoginCode(reply, sent);
      return reply.code(201).send();
    },
  });
