import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { refreshErrors } from '../../services/login/refresh.ts';
import { answerLogin } from '../login-answer.ts';
import { authResponse } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';

/** Serves `POST /auth/v1/user/token/refresh`. Answers with 200 where the documentation says 201, because mobile clients accept nothing else. */
export const refresh: RestRoute = (app, needs) =>
  app.route({
    method: 'POST',
    url: '/auth/v1/user/token/refresh',
    config: { access: 'public', cookie: true },
    schema: {
      operationId: 'refreshSession',
      summary: 'Exchange the refresh cookie for new tokens, in the same tenant or another one',
      tags: ['Login'],
      body: z.object({ tenantId: optionalText() }).nullish(),
      response: { 200: authResponse, ...errorResponses(refreshErrors.refresh, 400, 403) },
    },
    handler: async (request, reply) => {
      const refreshToken = needs.cookies.refreshToken(request) ?? fail('SESSION_EXPIRED');
      const tenantId = request.body?.tenantId || null;
      const deviceToken = needs.cookies.deviceToken(request);
      const result = await needs.services.refresh.refresh(request.call.stranger, { refreshToken, tenantId, deviceToken });
      return reply.code(200).send(await answerLogin(result, reply, needs));
    },
  });
