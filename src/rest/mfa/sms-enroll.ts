import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { phoneText } from '../validation.ts';
import { mfaToken, sentCode } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/sms/enroll`. */
export const smsEnroll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/sms/enroll',
    config: { access: 'public', limit: 'SMS_SEND' },
    schema: {
      operationId: 'enrollSms',
      summary: 'Send a code to a phone number, to enroll it during a login',
      tags: ['MFA'],
      body: z.object({ phoneNumber: phoneText(), mfaToken }),
      response: { 201: sentCode, ...errorResponses(errorsFor(enrollmentErrors.begin, { at: 'LOGIN', sends: 'SMS' }), 400, 401, 403, 429, 503) },
    },
    handler: async (request, reply) => {
      const { phoneNumber, mfaToken } = request.body;
      const { token } = await services.enrollment.begin(request.call.stranger, { target: { mfaToken }, strategies: ['SMS'], phoneNumber });
      return reply.code(201).send({ otcToken: token, phoneNumber });
    },
  });
