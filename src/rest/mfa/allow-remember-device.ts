import { z } from 'zod';
import { verificationErrors } from '../../services/mfa/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { mfaToken } from './fields.ts';

/** Serves `GET /configurations/v1/mfa-policy/allow-remember-device`. */
export const allowRememberDevice: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/mfa-policy/allow-remember-device',
    config: { access: 'public' },
    schema: {
      operationId: 'isRememberDeviceAllowed',
      summary: 'Read whether this login may make the browser a remembered device',
      tags: ['MFA'],
      querystring: z.object({ mfaToken }),
      response: {
        200: z.object({ isAllowedToRemember: z.boolean(), mfaDeviceExpiration: z.int() }),
        ...errorResponses(verificationErrors.rememberDeviceAllowance, 400, 401),
      },
    },
    handler: async (request) => {
      const { mfaToken } = request.query;
      const { allowed, lifetimeSeconds } = await services.verification.rememberDeviceAllowance(request.call.stranger, { mfaToken });
      return { isAllowedToRemember: allowed, mfaDeviceExpiration: lifetimeSeconds };
    },
  });
