import { z } from 'zod';
import { listParameter } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** Serves `GET /users/v3/groups`. */
export const userGroupsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v3/groups',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readGroupsOfUsers',
      summary: 'Read which groups users are in, one entry for each membership in a tenant',
      tags: ['Users'],
      querystring: z.object({ ids: listParameter().describe('Ids of users. Unknown ones are left out.') }),
      response: {
        200: z.array(z.object({ vendorId: z.string(), tenantId: z.string(), userId: z.string(), groupIds: z.array(z.string()) })),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const memberships = await services.userRoles.memberships(caller, { userIds: request.query.ids ?? [] });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return memberships.map(({ tenantId, userId, groupIds }) => ({ vendorId, tenantId, userId, groupIds: [...groupIds] }));
    },
  });
