import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { targetOfRequest } from './target-user.ts';

const enrolling =
  (url: string, operationId: string, summary: string): RestRoute =>
  (app, { services }) =>
    app.route({
      method: 'POST',
      url,
      config: { access: 'signedIn' },
      schema: {
        operationId,
        summary,
        tags: ['Self-service'],
        response: {
          200: z.object({ qrCode: z.string(), secret: z.string() }),
          ...errorResponses(errorsFor(enrollmentErrors.begin, { at: 'SESSION' }), 401, 403),
        },
      },
      handler: async (request) => {
        const { caller, userId } = await targetOfRequest(request);
        const { show } = await services.enrollment.begin(caller, { target: { userId }, strategies: ['AUTHENTICATOR_APP'] });
        return { qrCode: show.qrCode, secret: show.secret };
      },
    });

/** Serves `POST /users/v1/mfa/enroll`. It is the older name, which portals call. */
export const mfaEnroll = enrolling('/users/v1/mfa/enroll', 'enrollMfa', 'Begin to enroll an authenticator app (older name)');
/** Serves `POST /users/v1/mfa/authenticator/enroll`. */
export const ownAuthenticatorEnroll = enrolling(
  '/users/v1/mfa/authenticator/enroll',
  'enrollOwnAuthenticator',
  'Begin to enroll an authenticator app',
);
