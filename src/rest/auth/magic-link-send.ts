import { magicLinkErrors } from '../../services/login/magic-link.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { wordedPerStrategy } from './strategy-texts.ts';
import { askedIn, loginNames } from './user-name.ts';

/**
 * Serves `POST /auth/v1/passwordless/magiclink/prelogin`. The answer has no body. What shows later that the link was opened in the same
 * browser is set as a cookie, for known and unknown users alike.
 */
export const magicLinkSend: RestRoute = (app, { services, cookies }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/passwordless/magiclink/prelogin',
    config: { access: 'public', limit: 'MAGIC_LINK_SEND', cookie: true },
    schema: {
      operationId: 'sendMagicLink',
      summary: 'Send a link to log in by; the answer is the same if no user is found',
      tags: ['Login'],
      body: loginNames,
      response: { 200: empty, ...errorResponses(magicLinkErrors.send, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const sent = await wordedPerStrategy('MAGIC_LINK', () => services.magicLinkLogin.send(request.call.stranger, askedIn(request.body)));
      await cookies.keepMagicLink(reply, sent);
      return reply.code(200).send();
    },
  });
