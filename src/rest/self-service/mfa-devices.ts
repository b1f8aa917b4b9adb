import type { z } from 'zod';
import { devicesOf, mfaDevices } from '../login-response.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** Serves `GET /users/v1/mfa/devices`. Portals call it after every change. */
export const devices: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v1/mfa/devices',
    config: { access: 'user' },
    schema: {
      operationId: 'readMfaDevices',
      summary: 'List the authenticators of the user',
      tags: ['Self-service'],
      response: { 200: mfaDevices, ...errorResponses([], 400, 401, 403) },
    },
    handler: async (request): Promise<z.input<typeof mfaDevices>> => devicesOf(await services.factors.own(await request.call.caller())),
  });
