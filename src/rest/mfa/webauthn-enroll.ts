import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { creation, creationOf } from '../webauthn-shape.ts';
import { mfaToken } from './fields.ts';

/**
 * Serves `POST /auth/v1/user/mfa/webauthn/enroll`. The client names the kind of authenticator only with the answer. If both
 * kinds are offered, the options leave the choice to the person.
 */
export const webauthnEnroll: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/webauthn/enroll',
    config: { access: 'public', limit: 'WEBAUTHN_ENROLL' },
    schema: {
      operationId: 'enrollWebAuthn',
      summary: 'Begin to enroll a WebAuthn authenticator during a login',
      tags: ['MFA'],
      body: z.object({ mfaToken }),
      response: { 201: creation, ...errorResponses([], 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const { mfaToken } = request.body;
      const begun = await services.webAuthnEnrollment.beginAtLogin({ mfaToken, strategy: null, origin: request.call.origin });
      return reply.code(201).send(creationOf(begun));
    },
  });
