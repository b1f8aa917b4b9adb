import { z } from 'zod';
import type { RestRoute } from '../route.ts';

/** The box asks before anything else; a flag that is not named counts as off. */
export const flags: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/flags',
    config: { access: 'public' },
    schema: {
      operationId: 'readFlags',
      summary: 'Flags of the login box: none is on',
      tags: ['Login box'],
      response: { 200: z.object({}) },
    },
    handler: async () => ({}),
  });
