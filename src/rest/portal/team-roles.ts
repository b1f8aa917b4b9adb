import { z } from 'zod';
import { encodeRole, roleShape } from '../roles/role-shape.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/**
 * Serves `GET /team/resources/roles/v1`, from which portals offer roles to give. Their screens read `items` of an object; a bare array, which
 * the types of their client promise, leaves them without roles.
 */
export const teamRolesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/team/resources/roles/v1',
    config: { access: 'inTenant' },
    schema: {
      operationId: 'readTeamRoles',
      summary: 'Read the roles that the user may give to members of the tenant',
      tags: ['Portal'],
      response: { 200: z.object({ items: z.array(roleShape) }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const roles = await services.roles.assignable(caller);
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return { items: roles.map((role) => encodeRole(role, vendorId)) };
    },
  });
