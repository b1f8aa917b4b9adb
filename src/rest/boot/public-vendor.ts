import { z } from 'zod';
import { logoPath } from '../../domain/oauth/logo.ts';
import type { RestRoute } from '../route.ts';

/** Serves `GET /vendors/public`. */
export const publicVendor: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url: '/vendors/public',
    config: { access: 'public' },
    schema: {
      operationId: 'readPublicVendor',
      summary: 'Read the name and the logo that sign-in pages show',
      tags: ['Login box'],
      response: {
        200: z.object({
          name: z.string(),
          logo: z.string().describe('The URL of the logo. Empty if there is none.'),
          icon: z.string(),
          whiteLabelMode: z.boolean(),
        }),
      },
    },
    handler: async (request) => {
      const { name, logo } = await services.hostedLogin.publicBranding(request.call.stranger);
      return { name, logo: logo === null ? '' : `${publicUrl}${logoPath(logo)}`, icon: '', whiteLabelMode: true };
    },
  });
