import { z } from 'zod';
import { totp } from '../mfa/fields.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

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
          ...errorResponses([], 400, 401, 403, 404, 429),
        },
      },
      handler: async (request) => {
        const { actor, userId } = await subjectOfRequest(request);
        const { origin } = request.call;
        const command = { userId, strategy: 'AUTHENTICATOR_APP', code: request.body.token, name: null, origin } as const;
        const { recoveryCode } = await services.selfService.complete(actor, command);
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
