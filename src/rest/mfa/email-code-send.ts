import { z } from 'zod';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/emailcode`. */
export const emailCodeSend: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/emailcode',
    config: { access: 'public', limit: 'EMAIL_CODE_SEND' },
    schema: {
      operationId: 'sendEmailCode',
      summary: 'Send a code for the login by e-mail',
      tags: ['MFA'],
      body: z.object({ mfaToken }),
      response: {
        201: z.object({ otcToken: z.string() }),
        ...errorResponses(errorsFor(verificationErrors.begin, { sends: 'EMAIL' }), 400, 401, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const choice = { mfaToken: request.body.mfaToken, strategies: ['EMAIL_CODE'], deviceId: null } as const;
      const { token } = await services.verification.begin(request.call.stranger, choice);
      return reply.code(201).send({ otcToken: token });
    },
  });
