import { z } from 'zod';
import { readSecurityPolicy } from '../../services/access/permissions.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** Serves `GET /configurations/sessions/v1`. No part is set, because sessions have the lifetime of the core settings in every tenant. */
export const sessionConfigurationRead: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/configurations/sessions/v1',
    config: { access: 'signedIn', permission: readSecurityPolicy },
    schema: {
      operationId: 'readSessionConfiguration',
      summary: 'Read the limits of sessions, of which none can be set for a tenant',
      tags: ['Portal'],
      response: { 200: z.object({}).describe('Empty, because no limit is set.'), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async () => ({}),
  });
