import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { mfaToken } from './fields.ts';
import { sentCode } from './sms-fields.ts';

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
      params: z.object({ deviceId: text() }),
      body: z.object({ mfaToken }),
      response: { 201: sentCode, ...errorResponses([], 400, 401, 404, 429, 503) },
    },
    handler: async (request, reply) => {
      const command = { mfaToken: request.body.mfaToken, deviceId: request.params.deviceId, origin: request.call.origin };
      const { otcToken, phoneNumber } = await services.smsLogin.sendCode(command);
      return reply.code(201).send({ otcToken, phoneNumber });
    },
  });
