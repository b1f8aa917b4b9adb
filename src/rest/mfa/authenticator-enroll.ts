import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/authenticator/enroll`. */
export const authenticatorEnroll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/authenticator/enroll',
    config: { access: 'public', limit: 'ENROLL' },
    schema: {
      operationId: 'enrollAuthenticator',
      summary: 'Begin to enroll an authenticator app during a login',
      tags: ['MFA'],
      body: z.object({ mfaToken }),
      response: {
        201: z.object({ qrCode: z.string(), secret: z.string() }),
        ...errorResponses(errorsFor(enrollmentErrors.begin, { at: 'LOGIN' }), 400, 401, 403, 429),
      },
    },
    handler: async (request, reply) => {
      const target = { mfaToken: request.body.mfaToken };
      const { show } = await services.enrollment.begin(request.call.stranger, { target, strategies: ['AUTHENTICATOR_APP'] });
      return reply.code(201).send({ qrCode: show.qrCode, secret: show.secret });
    },
  });
