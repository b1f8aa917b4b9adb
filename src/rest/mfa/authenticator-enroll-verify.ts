import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import { answerEnrolled } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken, rememberDevice, totp } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/authenticator/enroll/verify`. */
export const authenticatorEnrollVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/authenticator/enroll/verify',
    config: { access: 'public', limit: 'ENROLL_VERIFY' },
    schema: {
      operationId: 'verifyAuthenticatorEnrollment',
      summary: 'Confirm the authenticator app by its first code and log in',
      tags: ['MFA'],
      body: z.object({ token: totp, mfaToken, rememberDevice }),
      response: { 201: authResponse, ...errorResponses(errorsFor(enrollmentErrors.complete, { at: 'LOGIN' }), 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const { token: answer, mfaToken, rememberDevice } = request.body;
      const completed = await needs.services.enrollment.complete(request.call.stranger, {
        target: { mfaToken },
        strategy: 'AUTHENTICATOR_APP',
        ...{ token: null, answer, name: null },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerEnrolled(completed, reply, needs));
    },
  });
