import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText, text } from '../validation.ts';
import { auditConditions, searchOf } from './audit-query.ts';
import { auditColumns, encodeAudit } from './audit-shape.ts';

/** Most entries of one file. */
const maxRows = 10_000;
const maxColumns = 50;

/** Screens encode the conditions of a download twice, and those of times so that nobody can read them. */
const twice = () => optionalText().transform((value) => (value ? decoded(value) : value));
const conditions = z.object({
  ...auditConditions,
  ...{ filter: twice(), email: twice(), action: twice(), ip: twice(), severity: twice() },
  createdAt: auditConditions.createdAt.catch(undefined),
});

/** Serves `POST /audits/export/csv/v2`, by which Frontegg's portal downloads the list that it shows. */
export const auditsExport: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/audits/export/csv/v2',
    config: { access: 'permitted' },
    schema: {
      operationId: 'exportAudits',
      summary: `Download the audit trail as CSV (RFC 4180), at most ${maxRows} entries`,
      tags: ['Audits'],
      querystring: conditions,
      body: z.object({
        properties: z
          .array(z.object({ name: text(), displayName: optionalText() }))
          .max(maxColumns)
          .nullish()
          .describe('The columns of the file; without any those of the list.'),
      }),
      response: { 200: z.string().describe('A file of the type text/csv.'), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { items } = await services.auditLog.search(caller, { ...searchOf(request.query), offset: 0, limit: maxRows });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      const columns = request.body.properties?.length ? request.body.properties : auditColumns;
      const rows = items.map((event): Record<string, string | null> => encodeAudit(event, vendorId));
      const lines = [columns.map(({ name, displayName }) => displayName || name), ...rows.map((row) => columns.map(({ name }) => row[name] ?? ''))];
      reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="audits.csv"');
      return lines.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
    },
  });

/** Writes one cell. Spreadsheets run what begins like a formula, so such a text gets a quote before it, which they hide. */
const cell = (value: string): string => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;

/** Returns the text without its percent-encoding, or as it is if it has none that can be read. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
