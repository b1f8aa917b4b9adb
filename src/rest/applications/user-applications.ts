import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { membershipErrors } from '../../services/directory/memberships.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { targetOfRequest } from '../self-service/target-user.ts';
import { id, text } from '../validation.ts';

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

/**
 * Serves `PUT /applications/user-tenants/active/v1`. It is what other operations do for the one application: the operator sets the tenant that
 * the next login enters, and a user the one that the session enters at its next refresh, which can ask for the second factor.
 */
export const activeTenantsSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/applications/user-tenants/active/v1',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'setActiveTenants',
      summary: 'Choose the active tenant of a user in the one application',
      tags: [tag],
      body: z.object({ activeApplicationTenants: z.array(z.object({ applicationId: id(), tenantId: text() })).length(1) }),
      response: { 200: empty, ...errorResponses([...membershipErrors.setActiveTenant, 'APPLICATION_NOT_FOUND'], 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const { caller, userId } = await targetOfRequest(request);
      for (const { applicationId, tenantId } of request.body.activeApplicationTenants) {
        if (!(await services.applications.exists(caller, { applicationId }))) fail('APPLICATION_NOT_FOUND');
        if (userId === null) await services.refresh.requestTenant(caller, { tenantId });
        else await services.memberships.setActiveTenant(caller, { userId, tenantId });
      }
      return reply.code(200).send();
    },
  });
