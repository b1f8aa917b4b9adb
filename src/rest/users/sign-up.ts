import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import { fail } from '../../domain/errors.ts';
import { signUpErrors } from '../../services/account/sign-up.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { emailText, metadataText, nameText, optionalBytes, optionalFlag, optionalText, optionalUserName } from '../validation.ts';

/** Serves `POST /users/v1/signUp`. */
export const signUp: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/users/v1/signUp',
    config: { access: 'public', limit: 'SIGN_UP' },
    schema: {
      operationId: 'signUp',
      summary: 'Open an account with a tenant of its own; the answer has tokens, asks for the second factor, or says that a mail follows',
      tags: ['Users'],
      body: z.object({
        email: emailText(),
        companyName: nameText().max(256),
        provider: z.enum(['local']).nullish(),
        name: optionalUserName(),
        password: optionalText(),
        phoneNumber: optionalBytes(profileBounds.phoneNumber),
        profilePictureUrl: optionalBytes(profileBounds.profilePictureUrl),
        metadata: metadataText(),
        invitationToken: optionalText().describe('Refused if given, because links that invite anybody do not exist here.'),
        recaptchaToken: optionalText().describe('Accepted, and without effect.'),
        skipInviteEmail: optionalFlag().describe('Accepted, and without effect.'),
      }),
      response: {
        201: z.object({ shouldActivate: z.boolean(), userId: z.string(), tenantId: z.string(), authResponse: authResponse.optional() }),
        ...errorResponses([...signUpErrors.signUp, 'INVALID_TOKEN'], 400, 403, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { email, companyName, name, password, phoneNumber, profilePictureUrl, metadata, invitationToken } = request.body;
      if (invitationToken) fail('INVALID_TOKEN');
      const { login, userId, tenantId } = await needs.services.signUp.signUp(request.call.stranger, {
        ...{ email, companyName, name: name || null, password: password || null },
        ...{ phoneNumber: phoneNumber ?? null, profilePictureUrl: profilePictureUrl ?? null, metadata: metadata || null },
        deviceToken: needs.cookies.deviceToken(request),
      });
      const answer = { shouldActivate: login === null, userId, tenantId };
      return reply.code(201).send(login === null ? answer : { ...answer, authResponse: await answerLogin(login, reply, needs) });
    },
  });
