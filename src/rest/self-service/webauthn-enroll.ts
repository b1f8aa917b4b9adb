import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { creation, creationOf, deviceType, registration, webauthnToken } from '../webauthn-shape.ts';
import { deviceTypeFromWire } from '../wire-names.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

/** Serves `POST /users/v1/mfa/webauthn/enroll`. */
export const ownWebauthnEnroll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/webauthn/enroll',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'enrollOwnWebAuthn',
      summary: 'Begin to enroll a WebAuthn authenticator',
      tags: ['Self-service'],
      response: { 200: creation, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { actor, userId } = await subjectOfRequest(request);
      return creationOf(await services.webAuthnEnrollment.begin(actor, { userId, strategy: null, origin: request.call.origin }));
    },
  });

/** Serves `POST /users/v1/mfa/webauthn/enroll/verify`. */
export const ownWebauthnEnrollVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/webauthn/enroll/verify',
    config: { access: 'signedIn' },
    onRequest: onRequest('WEBAUTHN_ENROLL_VERIFY'),
    schema: {
      operationId: 'verifyOwnWebAuthnEnrollment',
      summary: 'Confirm the WebAuthn authenticator',
      tags: ['Self-service'],
      body: z.object({ deviceType, webauthnToken, options: registration }),
      response: {
        200: z.object({
          recoveryCode: z.string().optional().describe('A recovery code, if this is the first authenticator. It is shown in this answer only.'),
        }),
        ...errorResponses([], 400, 401, 403, 404, 409, 429),
      },
    },
    handler: async (request) => {
      const { actor, userId } = await subjectOfRequest(request);
      const { deviceType, webauthnToken, options } = request.body;
      const { recoveryCode } = await services.webAuthnEnrollment.complete(actor, {
        userId,
        strategy: deviceTypeFromWire(deviceType),
        webauthnToken,
        credential: options,
        name: null,
        origin: request.call.origin,
      });
      // Clients show the recovery code if the field is present, so null must not be sent.
      return recoveryCode === null ? {} : { recoveryCode };
    },
  });
