import { z } from 'zod';
import { strategyNames } from '../../domain/strategy-name.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { strategyToWire, wireStrategies } from '../wire-names.ts';

/** Serves `GET /configurations/v1/mfa/strategies`. */
export const strategiesList: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/configurations/v1/mfa/strategies',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'listMfaStrategies',
      summary: `List all ${strategyNames.length} strategies, each with whether it is active`,
      tags: ['MFA strategies'],
      response: {
        200: z.object({ strategies: z.array(z.object({ strategy: z.enum(wireStrategies), isActive: z.boolean() })) }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const states = await services.strategySettings.list(await request.call.caller());
      return { strategies: states.map(({ strategy, active }) => ({ strategy: strategyToWire(strategy), isActive: active })) };
    },
  });
