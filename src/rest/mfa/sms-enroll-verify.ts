import { z } from 'zod';
import { answerCompleted, authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken, rememberDevice } from './fields.ts';
import { otcToken, smsCode } from './sms-fields.ts';

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
      response: { 201: authResponse, ...errorResponses([], 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const { otcToken, code, mfaToken, rememberDevice } = request.body;
      const command = { otcToken, code, mfaToken, rememberDevice: rememberDevice ?? false, origin: request.call.origin };
      const login = await needs.services.smsLogin.completeEnrollment(command);
      return reply.code(201).send(await answerCompleted(login, reply, needs, login.applied.recoveryCode));
    },
  });
