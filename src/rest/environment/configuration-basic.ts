import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { encodeTokenSettings } from './configuration-shape.ts';

/** Serves `GET /configurations/v1/basic`, for which a user needs no permission. */
export const basicConfigurationRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/basic',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readBasicConfiguration',
      summary: 'Read those core settings that portals ask for with the token of any user',
      tags: ['Environment'],
      response: {
        200: z.object({ forcePermissions: z.boolean(), machineToMachineAuthStrategy: z.string() }),
        ...errorResponses([], 400, 401, 403),
      },
    },
    handler: async (request) => {
      const settings = await services.environment.publicSettings(await request.call.caller());
      return {
        forcePermissions: settings.forcePermissions,
        machineToMachineAuthStrategy: encodeTokenSettings(settings).machineToMachineAuthStrategy,
      };
    },
  });
