import { z } from 'zod';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
import { otcToken, sentCode, smsCode } from '../mfa/fields.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { phoneText } from '../validation.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

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
      response: { 200: sentCode, ...errorResponses(errorsFor(enrollmentErrors.begin, { at: 'SESSION', sends: 'SMS' }), 401, 403) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const { phoneNumber } = request.body;
      const { token } = await services.enrollment.begin(caller, { target: { userId }, strategies: ['SMS'], phoneNumber });
      return { otcToken: token, phoneNumber };
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
        ...errorResponses(errorsFor(enrollmentErrors.complete, { at: 'SESSION', challenged: true }), 401, 403),
      },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const given = { token: request.body.otcToken, answer: request.body.code, name: null, rememberDevice: false };
      const { recoveryCode } = await services.enrollment.complete(caller, { target: { userId }, strategy: 'SMS', ...given });
      // Clients show the recovery code if the field is present, so null must not be sent.
      return recoveryCode === null ? {} : { recoveryCode };
    },
  });
