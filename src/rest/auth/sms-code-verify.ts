import { z } from 'zod';
import { codeDigits } from '../../domain/bounds.ts';
import { smsCodeLoginErrors } from '../../services/login/sms-code.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { invitationToken, text } from '../validation.ts';

/** Serves `POST /auth/v1/passwordless/smscode/postlogin`. */
export const smsCodeVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/passwordless/smscode/postlogin',
    config: { access: 'public', limit: 'SMS_LOGIN_VERIFY', cookie: true },
    schema: {
      operationId: 'logInWithSmsCode',
      summary: 'Log in by a code received by text message, in the browser that asked for it',
      tags: ['Login'],
      body: z.object({ token: text().describe(`The ${codeDigits}-digit code from the text message.`), invitationToken: invitationToken() }),
      response: { 201: authResponse, ...errorResponses(smsCodeLoginErrors.logIn, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const { services, cookies } = needs;
      const login = await services.smsCodeLogin.logIn(request.call.stranger, {
        loginToken: cookies.loginToken(request),
        code: request.body.token,
        deviceToken: cookies.deviceToken(request),
        invitationToken: request.body.invitationToken || null,
      });
      await cookies.dropLoginCode(reply);
      return reply.code(201).send(await answerLogin(login, reply, needs));
    },
  });
