import { z } from 'zod';
import type { RestRoute } from '../route.ts';

export const publicVendor: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/vendors/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicVendor',
      summary: 'Name of the environment, for a login form; it has no pictures, and nobody else is named on the form',
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
