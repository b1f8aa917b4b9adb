import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { id } from '../validation.ts';

const tag = 'Applications';

/** Serves `GET /applications/v1/:userId/apps`. */
export const userApplicationsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/applications/v1/:userId/apps',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readUserApplications',
      summary: 'Read the ids of the applications of a user; a user reads their own',
      tags: [tag],
      params: z.object({ userId: id() }),
      response: { 200: z.array(z.string()), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => (await services.applications.ofUser(await request.call.caller(), request.params)) ?? fail('USER_NOT_FOUND'),
  });

/** Serves `GET /applications/user-tenants/active/v1`. */
export const activeTenantsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/applications/user-tenants/active/v1',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readActiveTenants',
      summary: 'Read which tenant the next login of a user enters in each application',
      tags: [tag],
      response: {
        200: z.object({ applicationActiveTenants: z.array(z.object({ tenantId: z.string(), applicationId: z.string() })) }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const { caller, userId } = await targetOfRequest(request);
      return { applicationActiveTenants: (await services.applications.activeTenants(caller, { userId })) ?? fail('USER_NOT_FOUND') };
    },
  });
