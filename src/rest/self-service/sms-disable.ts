import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import type { SmsProof } from '../../services/mfa/sms-codes.ts';
import { otcToken, sentCode, smsCode } from '../mfa/sms-fields.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { check, optionalText, text } from '../validation.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

/** Serves `POST /users/v1/mfa/sms/:deviceId/disable`. */
export const smsDisable: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/sms/:deviceId/disable',
    config: { access: 'signedIn' },
    onRequest: onRequest('SMS_SEND'),
    schema: {
      operationId: 'disableSms',
      summary: 'Send a code to a phone that is to be removed',
      tags: ['Self-service'],
      params: z.object({ deviceId: text() }),
      body: z.object({}).nullish(),
      response: { 200: sentCode, ...errorResponses([], 400, 401, 403, 404, 429, 503) },
    },
    handler: async (request) => {
      const { actor, userId } = await subjectOfRequest(request);
      const phone = { userId, deviceId: request.params.deviceId, origin: request.call.origin };
      const { otcToken, phoneNumber } = await services.smsSelfService.beginRemoval(actor, phone);
      return { otcToken, phoneNumber };
    },
  });

/** The body. Portals send neither field while the user keeps another authenticator. */
const body = z.object({ otcToken: optionalText(), code: optionalText() }).nullish();
const both = z.object({ otcToken, code: smsCode });

function proofOf(actor: Actor, given: z.output<typeof body>): SmsProof | null {
  if (actor.kind !== 'USER' || (!given?.otcToken && !given?.code)) return null;
  return check(both, given);
}

/** Serves `POST /users/v1/mfa/sms/:deviceId/disable/verify`. */
export const smsDisableVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/sms/:deviceId/disable/verify',
    config: { access: 'signedIn' },
    onRequest: onRequest('FACTOR_REMOVE'),
    schema: {
      operationId: 'verifyDisableSms',
      summary: 'Remove a phone; a user needs the code to remove the last authenticator, an environment token never does',
      tags: ['Self-service'],
      params: z.object({ deviceId: text() }),
      body,
      response: { 200: empty, ...errorResponses([], 400, 401, 403, 404, 429) },
    },
    handler: async (request, reply) => {
      const { actor, userId } = await subjectOfRequest(request);
      const { deviceId } = request.params;
      const proof = proofOf(actor, request.body);
      await services.smsSelfService.remove(actor, { userId, deviceId, proof, origin: request.call.origin });
      return reply.code(200).send();
    },
  });
