import { z } from 'zod';
import { passwordLoginErrors } from '../../services/login/password.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { invitationToken as brought, captchaToken, naming, optionalText, text } from '../validation.ts';

/** Serves `POST /auth/v1/user`. */
export const login: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user',
    config: { access: 'public', limit: 'LOGIN' },
    schema: {
      operationId: 'logIn',
      summary: 'Log in by password; the answer has tokens, or asks for the second factor',
      tags: ['Login'],
      body: naming(
        z.object({ email: optionalText(), username: optionalText(), password: text(), recaptchaToken: captchaToken(), invitationToken: brought() }),
      ),
      response: { 200: authResponse, ...errorResponses(passwordLoginErrors.logIn, 400, 429, 503) },
    },
    handler: async (request, reply) => {
      const { email, username, password, recaptchaToken, invitationToken } = request.body;
      const deviceToken = needs.cookies.deviceToken(request);
      const result = await needs.services.passwordLogin.logIn(request.call.stranger, {
        ...{ email: email || username || '', password, captchaToken: recaptchaToken ?? null, deviceToken, invitationToken: invitationToken || null },
      });
      return reply.code(200).send(await answerLogin(result, reply, needs));
    },
  });
