import { z } from 'zod';
import { webAuthnStrategies } from '../../domain/strategy-name.ts';
import { enrollmentErrors, errorsFor } from '../../services/mfa/errors.ts';
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
      response: { 201: creation, ...errorResponses(errorsFor(enrollmentErrors.begin, { at: 'LOGIN' }), 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const target = { mfaToken: request.body.mfaToken };
      return reply.code(201).send(creationOf(await services.enrollment.begin(request.call.stranger, { target, strategies: webAuthnStrategies })));
    },
  });
