import { emailCodeLoginErrors } from '../../services/login/email-code.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { wordedPerStrategy } from './strategy-texts.ts';
import { askedIn, loginNames } from './user-name.ts';

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
      body: loginNames,
      response: { 201: empty, ...errorResponses(emailCodeLoginErrors.send, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const sent = await wordedPerStrategy('CODE', () => services.emailCodeLogin.send(request.call.stranger, askedIn(request.body)));
      await cookies.keepLoginCode(reply, sent);
      return reply.code(201).send();
    },
  });
