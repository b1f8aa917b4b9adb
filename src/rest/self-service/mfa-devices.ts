import type { z } from 'zod';
import { devicesOf, mfaDevices } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** Asked for after every change in the portal. */
export const devices: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v1/mfa/devices',
    config: { access: 'user' },
    schema: {
      operationId: 'readMfaDevices',
      summary: 'The factors of the user behind the token',
      tags: ['Self-service'],
      response: { 200: mfaDevices, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request): Promise<z.input<typeof mfaDevices>> => devicesOf(await services.selfService.factors(await request.call.actor())),
  });
