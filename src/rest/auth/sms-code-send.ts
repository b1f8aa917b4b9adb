import { z } from 'zod';
import { DomainError } from '../../domain/errors.ts';
import type { PhoneOwnerName } from '../../services/directory/user-lookup.ts';
import type { ToStranger } from '../../services/login/login-messages.ts';
import { smsCodeLoginErrors } from '../../services/login/sms-code.ts';
import { WordedRefusal } from '../errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { captchaToken, invitationToken, optionalId, optionalText, requiringOne } from '../validation.ts';
import { wordedPerStrategy } from './strategy-texts.ts';
import { askedIn } from './user-name.ts';

const body = requiringOne(
  z.object({
    ...{ email: optionalText(), username: optionalText(), userId: optionalId(), invitationToken: invitationToken(), recaptchaToken: captchaToken() },
    phoneNumber: optionalText().describe('The number that the user logs in by.'),
  }),
  'email',
  'username',
  'userId',
  'phoneNumber',
);

function requestIn({ phoneNumber, ...asked }: z.output<typeof body>): ToStranger<PhoneOwnerName> {
  const { named, captchaToken } = askedIn(asked);
  const byName = asked.email || asked.username || asked.userId;
  return { named: byName || !phoneNumber ? named : { phoneNumber }, captchaToken };
}

/**
 * Serves `POST /auth/v1/passwordless/smscode/prelogin`. The token that has to come back with the code is set as a cookie. Clients expect to be
 * told where the code went, so the answer shows who has a phone to log in by; an unknown user and one without a phone are told apart by nothing.
 */
export const smsCodeSend: RestRoute = (app, { services, cookies }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/passwordless/smscode/prelogin',
    config: { access: 'public', limit: 'SMS_LOGIN_SEND', cookie: true },
    schema: {
      operationId: 'sendLoginSmsCode',
      summary: 'Send a code to log in with to the phone that a user logs in by',
      tags: ['Login'],
      body,
      response: {
        201: z.object({ phoneNumber: z.string().describe('The number that the code went to, masked.') }),
        ...errorResponses(smsCodeLoginErrors.send, 400, 403, 429),
      },
    },
    handler: async (request, reply) => {
      const sent = await wordedPerStrategy('SMS_CODE', () => services.smsCodeLogin.send(request.call.stranger, requestIn(request.body)));
      const { phoneNumber } = sent;
      if (phoneNumber === null) throw new WordedRefusal(new DomainError('INVALID_INPUT'), 'User does not have a phone number');
      await cookies.keepLoginCode(reply, sent);
      return reply.code(201).send({ phoneNumber });
    },
  });
