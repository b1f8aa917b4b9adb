import { z } from 'zod';
import type { RestRoute } from '../route.ts';

/** Serves `GET /flags`. The login box asks for its flags first. A flag that is not named counts as off. */
export const flags: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/flags',
    config: { access: 'public' },
    schema: {
      operationId: 'readFlags',
      summary: 'Read the feature flags of the login box; none is on',
      tags: ['Login box'],
      response: { 200: z.object({}) },
    },
    handler: async () => ({}),
  });
