import { z } from 'zod';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { answerCompleted } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { mfaToken, rememberDevice } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/emailcode/verify`. */
export const emailCodeVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/emailcode/verify',
    config: { access: 'public', limit: 'EMAIL_CODE_VERIFY' },
    schema: {
      operationId: 'verifyEmailCode',
      summary: 'Verify a code received by e-mail and log in',
      tags: ['MFA'],
      body: z.object({ otcToken: text(), code: text(), mfaToken, rememberDevice }),
      response: { 201: authResponse, ...errorResponses(errorsFor(verificationErrors.verify, { challenged: true }), 400, 401, 429) },
    },
    handler: async (request, reply) => {
      const { otcToken: token, code: answer, mfaToken, rememberDevice } = request.body;
      const login = await needs.services.verification.verify(request.call.stranger, {
        mfaToken,
        strategies: ['EMAIL_CODE'],
        deviceId: null,
        ...{ token, answer },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerCompleted(login, reply, needs));
    },
  });
