import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';

const row = z.object({ configuration: z.object({}) });

/** Serves `GET /metadata`. The login box uses its own defaults where the configuration says nothing, but it needs a row to read it from. */
export const metadata: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/metadata',
    config: { access: 'public' },
    schema: {
      operationId: 'readMetadata',
      summary: 'Read the appearance of the login box; nothing is configured, so the box uses its defaults',
      tags: ['Login box'],
      querystring: z.object({ entityName: optionalText() }),
      response: { 200: z.object({ rows: z.array(row) }), ...errorResponses([], 400) },
    },
    handler: async (request) => ({ rows: request.query.entityName === 'adminBox' ? [{ configuration: {} }] : [] }),
  });
