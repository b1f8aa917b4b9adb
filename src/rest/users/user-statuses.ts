import { z } from 'zod';
import { storedId } from '../../domain/ids.ts';
import { listParameter } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { requiringOne } from '../validation.ts';
import { membershipStatusToWire, wireMembershipStatuses } from '../wire-names.ts';

/** Serves `GET /tenants/users/v1/statuses`. */
export const userStatuses: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/tenants/users/v1/statuses',
    config: { access: 'environment' },
    schema: {
      operationId: 'readUserStatuses',
      summary: 'Read how far users have come in each of their tenants',
      tags: ['Users'],
      querystring: requiringOne(
        z.object({
          userIds: listParameter().describe('Ids of users. Unknown ones are left out.'),
          userTenantStatuses: listParameter()
            .pipe(z.array(z.enum(wireMembershipStatuses)).optional())
            .describe(`Only tenants in which the user has come so far: ${wireMembershipStatuses.join(', ')}.`),
        }),
        'userIds',
      ),
      response: {
        200: z.array(
          z.object({
            userId: z.string(),
            tenantsStatuses: z.array(z.object({ tenantId: z.string(), status: z.enum(wireMembershipStatuses) })),
          }),
        ),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const { userIds = [], userTenantStatuses: wanted } = request.query;
      const users = await services.userLists.statusesOf(await request.call.caller(), { userIds: userIds.map(storedId) });
      return users.map(({ userId, statuses }) => ({
        userId,
        tenantsStatuses: statuses
          .map(({ tenantId, status }) => ({ tenantId, status: membershipStatusToWire(status) }))
          .filter(({ status }) => wanted === undefined || wanted.includes(status)),
      }));
    },
  });
