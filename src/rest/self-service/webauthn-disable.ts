import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import type { CeremonyAnswer } from '../../services/mfa/webauthn-ceremonies.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { check, optionalText, text } from '../validation.ts';
import { assertion, requestOf, request as requestShape, webauthnToken } from '../webauthn-shape.ts';
import { onRequest, subjectOfRequest } from './target-user.ts';

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

/** Returns the answer of the authenticator that a user sent, or null for an environment token, whatever it sent. */
function proofOf(actor: Actor, given: z.output<typeof body>): CeremonyAnswer | null {
  if (actor.kind !== 'USER' || (given?.webauthnToken == null && given?.options == null)) return null;
  const { webauthnToken, options } = check(proof, given);
  return { webauthnToken, credential: options };
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
      params: z.object({ deviceId: text() }),
      response: { 200: requestShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { actor, userId } = await subjectOfRequest(request);
      const { deviceId } = request.params;
      return requestOf(await services.webAuthnRemoval.begin(actor, { userId, deviceId, origin: request.call.origin }));
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
      tags: ['Self-service'],
      params: z.object({ deviceId: text() }),
      body,
      response: { 200: empty, ...errorResponses([], 400, 401, 403, 404, 429) },
    },
    handler: async (request, reply) => {
      const { actor, userId } = await subjectOfRequest(request);
      const { deviceId } = request.params;
      const proof = proofOf(actor, request.body);
      await services.webAuthnRemoval.complete(actor, { userId, deviceId, proof, origin: request.call.origin });
      return reply.code(200).send();
    },
  });
