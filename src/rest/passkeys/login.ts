import { z } from 'zod';
import { passkeyLoginErrors } from '../../services/passkey/login.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { invitationToken as brought, captchaToken, optionalId, optionalText } from '../validation.ts';
import { assertion, requestOptions } from '../webauthn-shape.ts';

/**
 * Serves `POST /auth/v1/webauthn/prelogin`. The token that has to come back with the answer is set as a cookie. Without an address and an id
 * the person chooses among the passkeys of this server that the authenticator has.
 */
export const passkeyPrelogin: RestRoute = (app, { services, cookies }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/webauthn/prelogin',
    config: { access: 'public', limit: 'PASSKEY_BEGIN', cookie: true },
    schema: {
      operationId: 'beginPasskeyLogin',
      summary: 'Begin to log in by a passkey; the answer is alike if no user is found, or one without a passkey',
      tags: ['Passkeys'],
      body: z.object({ email: optionalText(), userId: optionalId(), recaptchaToken: captchaToken() }),
      response: { 201: z.object({ options: requestOptions }), ...errorResponses(passkeyLoginErrors.begin, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const { email, userId, recaptchaToken } = request.body;
      const named = email ? { email } : userId ? { userId } : null;
      const started = await services.passkeyLogin.begin(request.call.stranger, { named, by: { captchaToken: recaptchaToken ?? null } });
      await cookies.keepPasskeyLogin(reply, started);
      return reply.code(201).send({ options: requestOptions.parse(started.options) });
    },
  });

/** Serves `POST /auth/v1/webauthn/postlogin`. */
export const passkeyPostlogin: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/webauthn/postlogin',
    config: { access: 'public', limit: 'PASSKEY_LOGIN', cookie: true },
    schema: {
      operationId: 'logInWithPasskey',
      summary: 'Log in by a passkey, in the browser that has begun; the answer has tokens, or asks for the second factor',
      tags: ['Passkeys'],
      body: assertion.extend({ invitationToken: brought() }),
      response: { 201: authResponse, ...errorResponses(passkeyLoginErrors.logIn, 400, 403, 429) },
    },
    handler: async (request, reply) => {
      const { services, cookies } = needs;
      const { invitationToken, ...answer } = request.body;
      const result = await services.passkeyLogin.logIn(request.call.stranger, {
        by: { ceremonyToken: cookies.passkeyToken(request) },
        answer,
        deviceToken: cookies.deviceToken(request),
        invitationToken: invitationToken || null,
      });
      await cookies.dropPasskeyLogin(reply);
      return reply.code(201).send(await answerLogin(result, reply, needs));
    },
  });
