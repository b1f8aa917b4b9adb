import { z } from 'zod';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { answerCompleted } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { mfaToken, otcToken, rememberDevice, smsCode } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/sms/:deviceId/verify`. */
export const smsVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/sms/:deviceId/verify',
    config: { access: 'public', limit: 'SMS_VERIFY' },
    schema: {
      operationId: 'verifySms',
      summary: 'Verify a code sent to a phone and log in',
      tags: ['MFA'],
      params: z.object({ deviceId: text() }),
      body: z.object({ otcToken, code: smsCode, mfaToken, rememberDevice }),
      response: {
        201: authResponse,
        ...errorResponses(errorsFor(verificationErrors.verify, { device: 'REQUIRED', challenged: true }), 400, 401, 404, 429),
      },
    },
    handler: async (request, reply) => {
      const { otcToken: token, code: answer, mfaToken, rememberDevice } = request.body;
      const login = await needs.services.verification.verify(request.call.stranger, {
        mfaToken,
        strategies: ['SMS'],
        deviceId: request.params.deviceId,
        ...{ token, answer },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerCompleted(login, reply, needs));
    },
  });
