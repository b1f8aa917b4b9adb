import { z } from 'zod';
import { whatEnds } from '../../domain/session/revocation.ts';
import { recoveryErrors } from '../../services/recovery/recover.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { text } from '../validation.ts';

/** Serves `POST /auth/v1/user/mfa/recover`. It logs nobody in: the answer has no body, and the request carries neither a token nor a cookie. */
export const recover: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/recover',
    config: { access: 'public', limit: 'RECOVER' },
    schema: {
      operationId: 'recoverMfa',
      summary: 'Remove all authenticators of a user by a recovery code',
      description: whatEnds('RECOVERY_USED'),
      tags: ['MFA'],
      body: z.object({ recoveryCode: text(), email: text() }),
      response: { 200: empty, ...errorResponses(recoveryErrors.recover, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.recovery.recover(request.call.stranger, request.body);
      return reply.code(200).send();
    },
  });
