import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';

const row = z.object({ configuration: z.object({}) });

/** Answers an empty configuration: the box then draws itself with its own defaults. It insists on a row to read it from. */
export const metadata: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/metadata',
    config: { access: 'public' },
    schema: {
      operationId: 'readMetadata',
      summary: 'Looks of the login box, all left to the box; no other entity has any',
      tags: ['Login box'],
      querystring: z.object({ entityName: optionalText() }),
      response: { 200: z.object({ rows: z.array(row) }), ...errorResponses([], 400) },
    },
    handler: async (request) => ({ rows: request.query.entityName === 'adminBox' ? [{ configuration: {} }] : [] }),
  });
