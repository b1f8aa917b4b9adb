import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import { whatEnds } from '../../domain/session/revocation.ts';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import { errorsFor, removalErrors } from '../../services/mfa/errors.ts';
import type { RemovalProof } from '../../services/mfa/removal.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { check, id, optionalText } from '../validation.ts';
import { assertion, requestOf, request as requestShape, webauthnToken } from '../webauthn-shape.ts';
import { onRequest, targetOfRequest } from './target-user.ts';

const proof = z.object({ webauthnToken, options: assertion });

/** The body. Portals send the answer of the authenticator only to remove the last one. If one field is sent, both are required. */
const body = z
  .object({
    webauthnToken: optionalText().describe(
      'The token of the call that returned the options. A user needs it, together with `options`, to remove the last authenticator.',
    ),
    options: assertion.nullish(),
  })
  .nullish();

const missing = [
  { path: ['webauthnToken'], message: 'webauthnToken should not be empty' },
  { path: ['options'], message: 'options must be an object' },
];

/** Returns the proof by which a user confirms the removal. An environment token needs none, so its body is ignored. */
function proofOf(actor: Actor, given: z.output<typeof body>): RemovalProof {
  if (actor.kind !== 'USER' || (given?.webauthnToken == null && given?.options == null)) return { by: 'NONE', missing };
  const { webauthnToken: token, options: answer } = check(proof, given);
  return { by: 'ITSELF', token, answer };
}

/** Serves `POST /users/v1/mfa/webauthn/:deviceId/disable`. */
export const webauthnDisable: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/webauthn/:deviceId/disable',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'beginDisableWebAuthn',
      summary: 'Begin to verify a WebAuthn authenticator that is to be removed',
      tags: ['Self-service'],
      params: z.object({ deviceId: id() }),
      response: { 200: requestShape, ...errorResponses(errorsFor(removalErrors.begin, { device: 'REQUIRED' }), 401, 403) },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      const device = { userId, deviceId: request.params.deviceId, strategies: webAuthnStrategies };
      return requestOf(await services.removal.begin(caller, device));
    },
  });

/** Serves `POST /users/v1/mfa/webauthn/:deviceId/disable/verify`. */
export const webauthnDisableVerify: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/mfa/webauthn/:deviceId/disable/verify',
    config: { access: 'signedIn' },
    onRequest: onRequest('FACTOR_REMOVE'),
    schema: {
      operationId: 'disableWebAuthn',
      summary: 'Remove one WebAuthn authenticator',
      description: whatEnds('LAST_FACTOR_REMOVED'),
      tags: ['Self-service'],
      params: z.object({ deviceId: id() }),
      body,
      response: { 200: empty, ...errorResponses(removalErrors.remove, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      const proof = proofOf(caller.actor, request.body);
      await services.removal.remove(caller, { userId, deviceId: request.params.deviceId, strategies: webAuthnStrategies, proof });
      return reply.code(200).send();
    },
  });
