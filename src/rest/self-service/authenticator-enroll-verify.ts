import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import { totp } from '../mfa/fields.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

const confirming =
  (url: string, operationId: string, summary: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url,
      config: { access: 'signedIn' },
      onRequest: onRequest('ENROLL_VERIFY'),
      schema: {
        operationId,
        summary,
        tags: ['Self-service'],
        body: z.object({ token: totp }),
        response: {
          200: z.object({
            recoveryCode: z.string().optional().describe('A recovery code, if this is the first authenticator. It is shown in this answer only.'),
          }),
          ...errorResponses(errorsFor(enrollmentErrors.complete, { at: 'SESSION' }), 401, 403),
        },
      },
      handler: async (request) => {
        const { caller, userId } = await targetOfRequest(request);
        const given = { token: null, answer: request.body.token, name: null, rememberDevice: false };
        const { recoveryCode } = await services.enrollment.complete(caller, { target: { userId }, strategy: 'AUTHENTICATOR_APP', ...given });
        // Clients show the recovery code if the field is present, so null must not be sent.
        return recoveryCode === null ? {} : { recoveryCode };
      },
    });

/** Serves `POST /users/v1/mfa/enroll/verify`. It is the older name, which portals call. */
export const mfaEnrollVerify = confirming(
  '/users/v1/mfa/enroll/verify',
  'verifyMfaEnrollment',
  'Confirm the authenticator app by its first code (older name)',
);
/** Serves `POST /users/v1/mfa/authenticator/enroll/verify`. */
export const ownAuthenticatorEnrollVerify = confirming(
  '/users/v1/mfa/authenticator/enroll/verify',
  'verifyOwnAuthenticatorEnrollment',
  'Confirm the authenticator app by its first code',
);
