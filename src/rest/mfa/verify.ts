import { z } from 'zod';
import { answerCompleted, authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken, rememberDevice, totp } from './fields.ts';

/** Deprecated upstream, yet what browsers call for every authenticator code: it confirms a first enrollment as well. */
export const verify: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/mfa/verify',
    config: { access: 'public', limit: 'AUTHENTICATOR_VERIFY' },
    schema: {
      operationId: 'verifyMfa',
      summary: 'Check an authenticator code, or confirm a first enrollment, and log in',
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
