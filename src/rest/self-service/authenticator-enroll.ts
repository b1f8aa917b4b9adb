import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { subjectOfRequest } from './target-user.ts';

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
        response: { 200: z.object({ qrCode: z.string(), secret: z.string() }), ...errorResponses([], 400, 401, 403, 404) },
      },
      handler: async (request) => {
        const { actor, userId } = await subjectOfRequest(request);
        const { show } = await services.selfService.begin(actor, { userId, strategy: 'AUTHENTICATOR_APP', origin: request.call.origin });
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
