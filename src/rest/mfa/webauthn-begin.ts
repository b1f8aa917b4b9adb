import { z } from 'zod';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import { errorsFor, verificationErrors } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
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
      params: z.object({ deviceId: id() }),
      body: z.object({ mfaToken }),
      response: { 201: requestShape, ...errorResponses(errorsFor(verificationErrors.begin, { device: 'REQUIRED' }), 400, 401, 404, 429) },
    },
    handler: async (request, reply) => {
      const choice = { mfaToken: request.body.mfaToken, strategies: webAuthnStrategies, deviceId: request.params.deviceId };
      return reply.code(201).send(requestOf(await services.verification.begin(request.call.stranger, choice)));
    },
  });
