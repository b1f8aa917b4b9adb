import { z } from 'zod';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { mfaToken, sentCode } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/sms/:deviceId`. */
export const smsSend: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/sms/:deviceId',
    config: { access: 'public', limit: 'SMS_SEND' },
    schema: {
      operationId: 'sendSmsCode',
      summary: 'Send a code to an enrolled phone',
      tags: ['MFA'],
      params: z.object({ deviceId: id() }),
      body: z.object({ mfaToken }),
      response: {
        201: sentCode,
        ...errorResponses(errorsFor(verificationErrors.begin, { device: 'REQUIRED', sends: 'SMS' }), 400, 401, 404, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const choice = { mfaToken: request.body.mfaToken, strategies: ['SMS'], deviceId: request.params.deviceId } as const;
      const { token, show } = await services.verification.begin(request.call.stranger, choice);
      return reply.code(201).send({ otcToken: token, phoneNumber: show.phoneNumber });
    },
  });
