import { z } from 'zod';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { auditConditions, auditPage, searchOf } from './audit-query.ts';
import { auditShape, encodeAudit, severeKinds } from './audit-shape.ts';

/** Serves `GET /audits`, which Frontegg's portal shows and its SDK for Node reads. */
export const auditsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/audits',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readAudits',
      summary: 'Search and page through the audit trail, newest entry first unless the other order is asked for',
      tags: ['Audits'],
      querystring: z.object({ ...auditPage, ...auditConditions }),
      response: { 200: z.object({ data: z.array(auditShape), total: z.int() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { offset, count, ...conditions } = request.query;
      const { items, total } = await services.auditLog.search(caller, { ...searchOf(conditions), offset, limit: count });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return { data: items.map((event) => encodeAudit(event, vendorId)), total };
    },
  });

/** Serves `GET /audits/stats`. */
export const auditStatsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/audits/stats',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readAuditStats',
      summary: 'Read how many entries there are of this day in UTC, and how many severe ones of the last seven days',
      tags: ['Audits'],
      response: { 200: z.object({ totalToday: z.int(), severeThisWeek: z.int() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { today, severeThisWeek } = await services.auditLog.summary(await request.call.caller(), { severe: severeKinds });
      return { totalToday: today, severeThisWeek };
    },
  });
