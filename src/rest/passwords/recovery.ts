import { z } from 'zod';
import type { ForgottenPassword } from '../../services/account/password-reset.ts';
import { passwordResetErrors } from '../../services/account/password-reset.ts';
import type { PhoneOwnerName } from '../../services/directory/user-lookup.ts';
import type { ToStranger } from '../../services/login/login-messages.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { captchaToken, id, optionalText, requiringOne, text } from '../validation.ts';

const tags = ['Passwords'];
const identifierTypes = ['email', 'username', 'phoneNumber'] as const;

/** The body of every request for a new password. It names the user by `email`, or by `identifier` and its type. */
export const forgottenBy = requiringOne(
  z.object({
    ...{ email: optionalText(), identifier: optionalText(), identifierType: z.enum(identifierTypes).nullish() },
    recaptchaToken: captchaToken(),
  }),
  'email',
  'identifier',
);

/** Returns who has forgotten the password, by the name by which the user is looked up for a mail. */
function forgottenIn({ email, identifier, identifierType, recaptchaToken }: z.output<typeof forgottenBy>): ForgottenPassword {
  const captcha = { captchaToken: recaptchaToken ?? null };
  // No mail is sent by a phone number. With the blank it is no username either, which might look like a number.
  if (!email && identifierType === 'phoneNumber') return { email: `phone ${identifier ?? ''}`, ...captcha };
  return { email: email || identifier || '', ...captcha };
}

/** Returns who has forgotten the password, by the name by which the user is looked up for a text message. */
function forgottenByPhoneOwner(body: z.output<typeof forgottenBy>): ToStranger<PhoneOwnerName> {
  const { email, captchaToken } = forgottenIn(body);
  const byNumber = !body.email && body.identifierType === 'phoneNumber';
  return { named: byNumber ? { phoneNumber: body.identifier ?? '' } : { email }, captchaToken };
}

const started = z.object({ sessionId: z.string().describe('It says nothing about whether there is such a user.') });

/** Serves `POST /users/v2/passwords/reset/email`. */
export const passwordResetByEmail: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v2/passwords/reset/email',
    config: { access: 'public', limit: 'PASSWORD_RESET' },
    schema: {
      operationId: 'requestPasswordResetByEmail',
      summary: 'Send an e-mail with a link to set a new password; the answer is the same if no user is found',
      tags,
      body: forgottenBy,
      response: { 200: started, ...errorResponses(passwordResetErrors.request, 400, 429) },
    },
    handler: async (request) => services.passwordReset.request(request.call.stranger, forgottenIn(request.body)),
  });

/** Serves `POST /users/v2/passwords/reset/sms`. */
export const passwordResetBySms: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v2/passwords/reset/sms',
    config: { access: 'public', limit: 'PASSWORD_RESET' },
    schema: {
      operationId: 'requestPasswordResetBySms',
      summary: 'Send a code to the phone that a user logs in by; the answer is the same if there is none',
      tags,
      body: forgottenBy,
      response: { 200: started, ...errorResponses(passwordResetErrors.requestBySms, 400, 429) },
    },
    handler: async (request) => services.passwordReset.requestBySms(request.call.stranger, forgottenByPhoneOwner(request.body)),
  });

/** Serves `POST /users/v2/passwords/reset/sms/verify`. */
export const passwordResetSmsVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v2/passwords/reset/sms/verify',
    config: { access: 'public', limit: 'PASSWORD_RESET_VERIFY' },
    schema: {
      operationId: 'verifyPasswordResetSms',
      summary: 'Exchange the code of a text message for a token that sets a new password',
      tags,
      body: z.object({
        otcToken: text().describe('The code from the text message. Clients know it by this name.'),
        sessionId: text().describe('What the request for the code was answered with.'),
      }),
      response: { 200: z.object({ userId: z.string(), token: z.string() }), ...errorResponses(passwordResetErrors.verifySms, 400, 429) },
    },
    handler: async (request) =>
      services.passwordReset.verifySms(request.call.stranger, { sessionId: request.body.sessionId, code: request.body.otcToken }),
  });

/** Serves `POST /users/v1/passwords/reset/validate`. */
export const passwordResetValidate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/reset/validate',
    config: { access: 'public', limit: 'PASSWORD_RESET_VERIFY' },
    schema: {
      operationId: 'validatePasswordReset',
      summary: 'Tell whether a link that sets a new password works, without spending it',
      tags,
      body: z.object({ userId: id(), token: text() }),
      response: { 200: empty, ...errorResponses(passwordResetErrors.validate, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.passwordReset.validate(request.call.stranger, request.body);
      return reply.code(200).send();
    },
  });

/** Serves `GET /configurations/v1/password-recovery/strategies`. */
export const passwordRecoveryStrategiesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/password-recovery/strategies',
    config: { access: 'public' },
    schema: {
      operationId: 'readPasswordRecoveryStrategies',
      summary: 'Read by what a forgotten password is replaced',
      tags,
      response: { 200: z.array(z.object({ strategy: z.enum(['Email', 'Sms']), isActive: z.boolean() })), ...errorResponses([], 400) },
    },
    handler: async (request) => {
      const { email, sms } = await services.passwordReset.strategies(request.call.stranger);
      return [
        { strategy: 'Email' as const, isActive: email },
        { strategy: 'Sms' as const, isActive: sms },
      ];
    },
  });

/** Serves `POST /users/v1/passwords/breached/reset/bulk`. */
export const breachedPasswordsReset: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/breached/reset/bulk',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'resetBreachedPasswords',
      summary:
        'Mail a link to all members of the tenant whose passwords are known to be breached, which is nobody: a breached password is never stored',
      tags,
      response: { 201: empty, ...errorResponses(passwordResetErrors.resetBreached, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.passwordReset.resetBreached(await request.call.caller());
      return reply.code(201).send();
    },
  });

/** Serves `POST /users/v1/passwords/reset`. */
export const passwordResetRequest: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/passwords/reset',
    config: { access: 'public', limit: 'PASSWORD_RESET' },
    schema: {
      operationId: 'requestPasswordReset',
      summary: 'Send an e-mail with a link to set a new password; the answer is the same if no user is found',
      tags: ['Users'],
      body: forgottenBy,
      response: { 201: empty, ...errorResponses(passwordResetErrors.request, 400, 429) },
    },
    handler: async (request, reply) => {
      await services.passwordReset.request(request.call.stranger, forgottenIn(request.body));
      return reply.code(201).send();
    },
  });
