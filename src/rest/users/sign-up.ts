import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { profileBounds } from '../../domain/bounds.ts';
import { isUsername, notAUsername } from '../../domain/directory/username.ts';
import { signUpErrors } from '../../services/account/sign-up.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import {
  captchaToken,
  emailText,
  metadataText,
  nameText,
  optionalBytes,
  optionalFlag,
  optionalText,
  optionalUserName,
  text,
  textOf,
} from '../validation.ts';

const fields = {
  email: emailText(),
  companyName: nameText().max(256),
  provider: z.enum(['local']).nullish(),
  name: optionalUserName(),
  password: optionalText(),
  phoneNumber: optionalBytes(profileBounds.phoneNumber),
  profilePictureUrl: optionalBytes(profileBounds.profilePictureUrl),
  metadata: metadataText(),
  invitationToken: optionalText().describe(
    'The token of an invitation link. The account begins in its tenant, and none is created. One that does not work is refused.',
  ),
  recaptchaToken: captchaToken(),
  skipInviteEmail: optionalFlag().describe('Accepted, and without effect.'),
};
const summary =
  'Open an account with a tenant of its own, or in that of an invitation link; the answer has tokens, asks for the second factor, or says that a mail follows';
const response = {
  201: z.object({
    shouldActivate: z.boolean(),
    userId: z.string(),
    tenantId: z.string(),
    activationToken: z.string().optional(),
    authResponse: authResponse.optional(),
  }),
  ...errorResponses(signUpErrors.signUp, 400, 403, 429, 503),
};
const config = { access: 'public', limit: 'SIGN_UP' } as const;

const plainBody = z.object(fields);

/** Signs up, and answers as clients read it. */
async function answerSignUp(
  body: z.output<typeof plainBody>,
  username: string | null,
  request: FastifyRequest,
  reply: FastifyReply,
  needs: RestNeeds,
) {
  const { email, companyName, name, password, phoneNumber, profilePictureUrl, metadata, recaptchaToken, invitationToken } = body;
  const { login, userId, tenantId, activationToken } = await needs.services.signUp.signUp(request.call.stranger, {
    ...{ email, username, companyName, name: name || null, password: password || null },
    ...{ phoneNumber: phoneNumber ?? null, profilePictureUrl: profilePictureUrl ?? null, metadata: metadata || null },
    ...{ captchaToken: recaptchaToken ?? null, deviceToken: needs.cookies.deviceToken(request), invitationToken: invitationToken || null },
  });
  const answer = { shouldActivate: login === null, userId, tenantId, ...(activationToken === null ? {} : { activationToken }) };
  return login === null ? answer : { ...answer, authResponse: await answerLogin(login, reply, needs) };
}

/** Serves `POST /users/v1/signUp`. */
export const signUp: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/users/v1/signUp',
    config,
    schema: { operationId: 'signUp', summary, tags: ['Users'], body: plainBody, response },
    handler: async (request, reply) => reply.code(201).send(await answerSignUp(request.body, null, request, reply, needs)),
  });

/** Serves `POST /users/v1/signUp/username`. An address is needed here as well, because the account is activated by mail. */
export const signUpWithUsername: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/users/v1/signUp/username',
    config,
    schema: {
      ...{ operationId: 'signUpWithUsername', summary, tags: ['Users'], response },
      body: z.object({ username: textOf(text(), isUsername, notAUsername), ...fields }),
    },
    handler: async (request, reply) => reply.code(201).send(await answerSignUp(request.body, request.body.username, request, reply, needs)),
  });
