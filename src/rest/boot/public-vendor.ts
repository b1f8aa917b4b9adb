import { z } from 'zod';
import type { RestRoute } from '../route.ts';

/** Serves `GET /vendors/public`. */
export const publicVendor: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/vendors/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicVendor',
      summary: 'Read the name of the environment for a login form; there are no pictures',
      tags: ['Login box'],
      response: { 200: z.object({ name: z.string(), logo: z.string(), icon: z.string(), whiteLabelMode: z.boolean() }) },
    },
    handler: async (request) => ({
      name: (await services.environment.publicSettings(request.call.stranger)).name,
      logo: '',
      icon: '',
      whiteLabelMode: true,
    }),
  });
