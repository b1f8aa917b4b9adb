import { z } from 'zod';
import { auditColumnShape, auditColumns } from '../audits/audit-shape.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';

const appearance = z.object({ configuration: z.object({}) });
const list = z.object({ entityName: z.literal('audits'), properties: z.array(auditColumnShape) });

/** What is known of an entity. The login box uses its own defaults where its configuration says nothing, but it needs a row to read it from. */
const rowsOf = new Map<string, (z.infer<typeof appearance> | z.infer<typeof list>)[]>([
  ['adminBox', [{ configuration: {} }]],
  ['audits', [{ entityName: 'audits', properties: [...auditColumns] }]],
]);

/** Serves `GET /metadata`. */
export const metadata: RestRoute = (app) =>
  app.route({
    method: 'GET',
    url: '/metadata',
    config: { access: 'public' },
    schema: {
      operationId: 'readMetadata',
      summary: 'Read the appearance of the login box, which uses its defaults because nothing is configured, or the columns of the audit trail',
      tags: ['Login box'],
      querystring: z.object({ entityName: optionalText() }),
      response: { 200: z.object({ rows: z.array(z.union([list, appearance])) }), ...errorResponses([], 400) },
    },
    handler: async (request) => ({ rows: rowsOf.get(request.query.entityName ?? '') ?? [] }),
  });
