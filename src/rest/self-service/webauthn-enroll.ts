import { z } from 'zod';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { creation, creationOf, deviceType, registration, webauthnToken } from '../webauthn-shape.ts';
import { deviceTypeFromWire } from '../wire-names.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

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
      response: { 200: creation, ...errorResponses(errorsFor(enrollmentErrors.begin, { at: 'SESSION' }), 401, 403) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      return creationOf(await services.enrollment.begin(caller, { target: { userId }, strategies: webAuthnStrategies }));
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
        ...errorResponses(errorsFor(enrollmentErrors.complete, { at: 'SESSION', challenged: true, unique: true }), 401, 403),
      },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const { deviceType, webauthnToken: token, options: answer } = request.body;
      const { recoveryCode } = await services.enrollment.complete(caller, {
        target: { userId },
        strategy: deviceTypeFromWire(deviceType),
        ...{ token, answer, name: null, rememberDevice: false },
      });
      // Clients show the recovery code if the field is present, so null must not be sent.
      return recoveryCode === null ? {} : { recoveryCode };
    },
  });
