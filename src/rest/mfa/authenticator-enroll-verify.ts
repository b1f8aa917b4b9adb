import { z } from 'zod';
import { answerCompleted, authResponse } from '../login-response.ts';
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
      response: { 201: authResponse, ...errorResponses([], 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const { token, mfaToken, rememberDevice } = request.body;
      const login = await needs.services.enrollment.complete({
        mfaToken,
        strategy: 'AUTHENTICATOR_APP',
        code: token,
        rememberDevice: rememberDevice ?? false,
        origin: request.call.origin,
      });
      return reply.code(201).send(await answerCompleted(login, reply, needs, login.applied.recoveryCode));
    },
  });
