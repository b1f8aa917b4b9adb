import { z } from 'zod';
import { strategyErrors } from '../../services/policy/strategies.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { strategyFromWire, wireStrategies } from '../wire-names.ts';

/** Serves `POST /configurations/v1/mfa/strategies`. */
export const strategySet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/configurations/v1/mfa/strategies',
    config: { access: 'environment' },
    schema: {
      operationId: 'setMfaStrategy',
      summary: 'Switch one strategy on or off, in the environment or in a tenant',
      tags: ['MFA strategies'],
      body: z.object({ isActive: z.boolean(), strategy: z.enum(wireStrategies) }),
      response: { 201: empty, ...errorResponses(strategyErrors.set, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const { isActive, strategy } = request.body;
      await services.strategySettings.set(await request.call.caller(), { strategy: strategyFromWire(strategy), active: isActive });
      return reply.code(201).send();
    },
  });
