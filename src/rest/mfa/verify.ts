import { z } from 'zod';
import { answerCompleted, authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken, rememberDevice, totp } from './fields.ts';

/**
 * Serves `POST /auth/v1/user/mfa/verify`. Frontegg has deprecated it, but browsers call it for every code of an
 * authenticator app, including the first one that confirms an enrollment.
 */
export const verify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/verify',
    config: { access: 'public', limit: 'AUTHENTICATOR_VERIFY' },
    schema: {
      operationId: 'verifyMfa',
      summary: 'Verify a code of an authenticator app, or confirm the first one, and log in',
      tags: ['MFA'],
      body: z.object({ value: totp, mfaToken, rememberDevice }),
      response: { 201: authResponse, ...errorResponses([], 400, 401, 403, 429) },
    },
    handler: async (request, reply) => {
      const { value, mfaToken } = request.body;
      const command = { mfaToken, code: value, rememberDevice: request.body.rememberDevice ?? false, origin: request.call.origin };
      const { challenge, enrollment } = needs.services;
      if (await challenge.isEnrolled({ mfaToken, origin: request.call.origin })) {
        const login = await challenge.verifyAuthenticatorApp({ ...command, deviceId: null });
        return reply.code(201).send(await answerCompleted(login, reply, needs));
      }
      const login = await enrollment.complete({ ...command, strategy: 'AUTHENTICATOR_APP' });
      return reply.code(201).send(await answerCompleted(login, reply, needs, login.applied.recoveryCode));
    },
  });
