import { z } from 'zod';
import { answerCompleted, authResponse } from '../login-response.ts';
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
      response: { 201: authResponse, ...errorResponses([], 400, 401, 403, 409, 429) },
    },
    handler: async (request, reply) => {
      const { deviceType, webauthnToken, options, mfaToken, rememberDevice } = request.body;
      const login = await needs.services.webAuthnEnrollment.completeAtLogin({
        mfaToken,
        strategy: deviceTypeFromWire(deviceType),
        webauthnToken,
        credential: options,
        name: null,
        rememberDevice: rememberDevice ?? false,
        origin: request.call.origin,
      });
      return reply.code(201).send(await answerCompleted(login, reply, needs, login.applied.recoveryCode));
    },
  });
