import { z } from 'zod';
import { magicLinkErrors } from '../../services/login/magic-link.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { invitationToken, text } from '../validation.ts';

/** Serves `POST /auth/v1/passwordless/magiclink/postlogin`. */
export const magicLinkVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/passwordless/magiclink/postlogin',
    config: { access: 'public', limit: 'MAGIC_LINK_VERIFY', cookie: true },
    schema: {
      operationId: 'logInWithMagicLink',
      summary: 'Log in by the token of a magic link',
      tags: ['Login'],
      body: z.object({ token: text().describe('The parameter `token` of the link.'), invitationToken: invitationToken() }),
      response: { 201: authResponse, ...errorResponses(magicLinkErrors.logIn, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const { services, cookies } = needs;
      const login = await services.magicLinkLogin.logIn(request.call.stranger, {
        token: request.body.token,
        browserToken: cookies.magicLinkToken(request),
        deviceToken: cookies.deviceToken(request),
        invitationToken: request.body.invitationToken || null,
      });
      await cookies.dropMagicLink(reply);
      return reply.code(201).send(await answerLogin(login, reply, needs));
    },
  });
