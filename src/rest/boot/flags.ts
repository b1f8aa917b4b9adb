import { z } from 'zod';
import type { RestRoute } from '../route.ts';

/** Answers no flag, which the box reads as off. It asks before anything else. */
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
