import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { errorsFor, removalErrors } from '../../services/mfa/errors.ts';
import type { RemovalProof } from '../../services/mfa/removal.ts';
import { otcToken, sentCode, smsCode } from '../mfa/fields.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { check, id, optionalText } from '../validation.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

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
      params: z.object({ deviceId: id() }),
      body: z.object({}).nullish(),
      response: { 200: sentCode, ...errorResponses(errorsFor(removalErrors.begin, { device: 'REQUIRED', sends: 'SMS' }), 401, 403) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const { token, show } = await services.removal.begin(caller, { userId, deviceId: request.params.deviceId, strategies: ['SMS'] });
      return { otcToken: token, phoneNumber: show.phoneNumber };
    },
  });

/** The body. Portals send neither field while the user keeps another authenticator. */
const body = z.object({ otcToken: optionalText(), code: optionalText() }).nullish();
const both = z.object({ otcToken, code: smsCode });

const missing = ['otcToken', 'code'].map((field) => ({ path: [field], message: `${field} should not be empty` }));

/** Returns the proof by which a user confirms the removal. An environment token needs none, so its body is ignored. */
function proofOf(actor: Actor, given: z.output<typeof body>): RemovalProof {
  if (actor.kind !== 'USER' || (!given?.otcToken && !given?.code)) return { by: 'NONE', missing };
  const { otcToken: token, code: answer } = check(both, given);
  return { by: 'ITSELF', token, answer };
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
      description: whatEnds('LAST_FACTOR_REMOVED'),
      tags: ['Self-service'],
      params: z.object({ deviceId: id() }),
      body,
      response: { 200: empty, ...errorResponses(removalErrors.remove, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const proof = proofOf(caller.actor, request.body);
      await services.removal.remove(caller, { userId, deviceId: request.params.deviceId, strategies: ['SMS'], proof });
      return reply.code(200).send();
    },
  });
