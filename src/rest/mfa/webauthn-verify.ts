import { z } from 'zod';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { answerCompleted } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { assertion, webauthnToken } from '../webauthn-shape.ts';
import { mfaToken, rememberDevice } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/webauthn/:deviceId/verify`. */
export const webauthnVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/webauthn/:deviceId/verify',
    config: { access: 'public', limit: 'WEBAUTHN_VERIFY' },
    schema: {
      operationId: 'verifyWebAuthn',
      summary: 'Verify the answer of one WebAuthn authenticator and log in',
      tags: ['MFA'],
      params: z.object({ deviceId: text() }),
      body: z.object({ webauthnToken, options: assertion, mfaToken, rememberDevice }),
      response: {
        201: authResponse,
        ...errorResponses(errorsFor(verificationErrors.verify, { device: 'REQUIRED', challenged: true }), 400, 401, 404, 429),
      },
    },
    handler: async (request, reply) => {
      const { webauthnToken: token, options: answer, mfaToken, rememberDevice } = request.body;
      const login = await needs.services.verification.verify(request.call.stranger, {
        mfaToken,
        strategies: webAuthnStrategies,
        deviceId: request.params.deviceId,
        ...{ token, answer },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerCompleted(login, reply, needs));
    },
  });
