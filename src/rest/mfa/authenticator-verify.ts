import { z } from 'zod';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { answerCompleted } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { mfaToken, rememberDevice, totp } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/authenticator/:deviceId/verify`. */
export const authenticatorVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/authenticator/:deviceId/verify',
    config: { access: 'public', limit: 'AUTHENTICATOR_VERIFY' },
    schema: {
      operationId: 'verifyAuthenticator',
      summary: 'Verify a code of one authenticator app and log in',
      tags: ['MFA'],
      params: z.object({ deviceId: text() }),
      body: z.object({ value: totp, mfaToken, rememberDevice }),
      response: { 201: authResponse, ...errorResponses(errorsFor(verificationErrors.verify, { device: 'REQUIRED' }), 400, 401, 404, 429) },
    },
    handler: async (request, reply) => {
      const { value: answer, mfaToken, rememberDevice } = request.body;
      const login = await needs.services.verification.verify(request.call.stranger, {
        mfaToken,
        strategies: ['AUTHENTICATOR_APP'],
        deviceId: request.params.deviceId,
        ...{ token: null, answer },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerCompleted(login, reply, needs));
    },
  });
