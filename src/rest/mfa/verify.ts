import { z } from 'zod';
import { enrollmentErrors, errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import { answerCompleted, answerEnrolled } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken, rememberDevice, totp } from './fields.ts';

/**
 * Serves `POST /auth/v1/user/mfa/verify`. Frontegg has deprecated it, but browsers call it for every code of an
 * authenticator app, including the first one that confirms an enrollment.
 */
export const verify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/verify',
    config: { access: 'public', limit: 'AUTHENTICATOR_VERIFY' },
    schema: {
      operationId: 'verifyMfa',
      summary: 'Verify a code of an authenticator app, or confirm the first one, and log in',
      tags: ['MFA'],
      body: z.object({ value: totp, mfaToken, rememberDevice }),
      response: {
        201: authResponse,
        ...errorResponses(
          [...errorsFor(enrollmentErrors.complete, { at: 'LOGIN' }), ...errorsFor(verificationErrors.verifyIfEnrolled, { device: 'ANY' })],
          400,
          401,
          403,
          429,
        ),
      },
    },
    handler: async (request, reply) => {
      const { value: answer, mfaToken, rememberDevice } = request.body;
      const { stranger } = request.call;
      const { verification, enrollment } = needs.services;
      const given = { token: null, answer, rememberDevice: rememberDevice ?? false };
      const login = await verification.verifyIfEnrolled(stranger, { ...given, mfaToken, strategies: ['AUTHENTICATOR_APP'], deviceId: null });
      if (login !== null) return reply.code(201).send(answerCompleted(login, reply, needs));
      const completed = await enrollment.complete(stranger, { ...given, target: { mfaToken }, strategy: 'AUTHENTICATOR_APP', name: null });
      return reply.code(201).send(answerEnrolled(completed, reply, needs));
    },
  });
