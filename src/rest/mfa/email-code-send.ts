import { z } from 'zod';
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
      response: { 201: z.object({ otcToken: z.string() }), ...errorResponses([], 400, 401, 429, 503) },
    },
    handler: async (request, reply) => {
      const { otcToken } = await services.challenge.sendEmailCode({ mfaToken: request.body.mfaToken, origin: request.call.origin });
      return reply.code(201).send({ otcToken });
    },
  });
