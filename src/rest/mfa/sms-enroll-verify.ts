import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import { answerEnrolled } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken, otcToken, rememberDevice, smsCode } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/sms/enroll/verify`. */
export const smsEnrollVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/sms/enroll/verify',
    config: { access: 'public', limit: 'ENROLL_VERIFY' },
    schema: {
      operationId: 'verifySmsEnrollment',
      summary: 'Confirm the phone by the code it received and log in',
      tags: ['MFA'],
      body: z.object({ otcToken, code: smsCode, mfaToken, rememberDevice }),
      response: { 201: authResponse, ...errorResponses(errorsFor(enrollmentErrors.complete, { at: 'LOGIN', challenged: true }), 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const { otcToken: token, code: answer, mfaToken, rememberDevice } = request.body;
      const completed = await needs.services.enrollment.complete(request.call.stranger, {
        target: { mfaToken },
        strategy: 'SMS',
        ...{ token, answer, name: null },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerEnrolled(completed, reply, needs));
    },
  });
