import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { requestOf, request as requestShape } from '../webauthn-shape.ts';
import { mfaToken } from './fields.ts';

/** Serves `POST /auth/v1/user/mfa/webauthn/:deviceId`. */
export const webauthnBegin: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/webauthn/:deviceId',
    config: { access: 'public', limit: 'WEBAUTHN_BEGIN' },
    schema: {
      operationId: 'beginWebAuthn',
      summary: 'Begin to verify a WebAuthn authenticator',
      tags: ['MFA'],
      params: z.object({ deviceId: text() }),
      body: z.object({ mfaToken }),
      response: { 201: requestShape, ...errorResponses([], 400, 401, 404, 429) },
    },
    handler: async (request, reply) => {
      const { deviceId } = request.params;
      const begun = await services.webAuthnVerification.begin({ mfaToken: request.body.mfaToken, deviceId, origin: request.call.origin });
      return reply.code(201).send(requestOf(begun));
    },
  });
