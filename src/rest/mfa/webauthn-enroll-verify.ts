import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import { answerEnrolled } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { deviceType, registration, webauthnToken } from '../webauthn-shape.ts';
import { deviceTypeFromWire } from '../wire-names.ts';
import { mfaToken, rememberDevice } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/webauthn/enroll/verify`. */
export const webauthnEnrollVerify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/webauthn/enroll/verify',
    config: { access: 'public', limit: 'WEBAUTHN_ENROLL_VERIFY' },
    schema: {
      operationId: 'verifyWebAuthnEnrollment',
      summary: 'Confirm the WebAuthn authenticator and log in',
      tags: ['MFA'],
      body: z.object({ deviceType, webauthnToken, options: registration, mfaToken, rememberDevice }),
      response: {
        201: authResponse,
        ...errorResponses(errorsFor(enrollmentErrors.complete, { at: 'LOGIN', challenged: true, unique: true }), 400, 401, 403, 409, 429),
      },
    },
    handler: async (request, reply) => {
      const { deviceType, webauthnToken: token, options: answer, mfaToken, rememberDevice } = request.body;
      const completed = await needs.services.enrollment.complete(request.call.stranger, {
        target: { mfaToken },
        strategy: deviceTypeFromWire(deviceType),
        ...{ token, answer, name: null },
        rememberDevice: rememberDevice ?? false,
      });
      return reply.code(201).send(answerEnrolled(completed, reply, needs));
    },
  });
