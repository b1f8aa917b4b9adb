import { z } from 'zod';
import { otcToken, sentCode, smsCode } from '../mfa/sms-fields.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { phoneText } from '../validation.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

/** Serves `POST /users/v1/mfa/sms/enroll`. */
export const ownSmsEnroll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/sms/enroll',
    config: { access: 'signedIn' },
    onRequest: onRequest('SMS_SEND'),
    schema: {
      operationId: 'enrollOwnSms',
      summary: 'Send a code to a phone number, to enroll it',
      tags: ['Self-service'],
      body: z.object({ phoneNumber: phoneText() }),
      response: { 200: sentCode, ...errorResponses([], 400, 401, 403, 404, 429, 503) },
    },
    handler: async (request) => {
      const { actor, userId } = await subjectOfRequest(request);
      const { phoneNumber } = request.body;
      const { otcToken } = await services.smsSelfService.begin(actor, { userId, phoneNumber, origin: request.call.origin });
      return { otcToken, phoneNumber };
    },
  });

/** Serves `POST /users/v1/mfa/sms/enroll/verify`. */
export const ownSmsEnrollVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/sms/enroll/verify',
    config: { access: 'signedIn' },
    onRequest: onRequest('ENROLL_VERIFY'),
    schema: {
      operationId: 'verifyOwnSmsEnrollment',
      summary: 'Confirm the phone by the code it received',
      tags: ['Self-service'],
      body: z.object({ otcToken, code: smsCode }),
      response: {
        200: z.object({
          recoveryCode: z.string().optional().describe('A recovery code, if this is the first authenticator. It is shown in this answer only.'),
        }),
        ...errorResponses([], 400, 401, 403, 404, 429),
      },
    },
    handler: async (request) => {
      const { actor, userId } = await subjectOfRequest(request);
      const { otcToken, code } = request.body;
      const command = { userId, otcToken, code, name: null, origin: request.call.origin };
      const { recoveryCode } = await services.smsSelfService.complete(actor, command);
      // Clients show the recovery code if the field is present, so null must not be sent.
      return recoveryCode === null ? {} : { recoveryCode };
    },
  });
