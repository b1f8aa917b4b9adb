import { z } from 'zod';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import { userRoleErrors } from '../../services/directory/user-roles.ts';
import { listParameter } from '../lists.ts';
import { absent } from '../not-supported/refused.ts';
import { encodeRole, roleShape } from '../roles/role-shape.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';

const roleIds = () => z.array(id()).max(maxRolesOfACall);
const body = z.object({ roleIds: roleIds().min(1) });
const params = z.object({ userId: id() });
const rolesOfUser = z
  .object({ tenantId: z.string(), userId: z.string(), roles: z.array(roleShape) })
  .describe('All roles that the user holds in the tenant after the change.');

/** Serves `POST /users/v1/:userId/roles`. */
export const userRolesGive: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/users/v1/:userId/roles',
    config: { access: 'permitted' },
    schema: {
      operationId: 'giveUserRoles',
      summary: 'Give roles to a member of the tenant',
      tags: ['Users'],
      params,
      body,
      response: { 201: rolesOfUser, ...errorResponses(userRoleErrors.give, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { userId } = request.params;
      const { tenantId, roles } = await services.userRoles.give(caller, { userId, tenantId: null, roleIds: request.body.roleIds });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return reply.code(201).send({ tenantId, userId, roles: roles.map((role) => encodeRole(role, vendorId)) });
    },
  });

/** Serves `DELETE /users/v1/:userId/roles`, whose body names the roles. */
export const userRolesTake: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/users/v1/:userId/roles',
    config: { access: 'permitted' },
    schema: {
      operationId: 'takeUserRoles',
      summary: 'Take roles from a member of the tenant',
      tags: ['Users'],
      params,
      body,
      response: { 200: rolesOfUser, ...errorResponses(userRoleErrors.take, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { userId } = request.params;
      const { tenantId, roles } = await services.userRoles.take(caller, { userId, tenantId: null, roleIds: request.body.roleIds });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return { tenantId, userId, roles: roles.map((role) => encodeRole(role, vendorId)) };
    },
  });

/** Serves `PATCH /vendor-only/users/v1/:userId/roles/bulk`. */
export const userRolesBulk: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/vendor-only/users/v1/:userId/roles/bulk',
    config: { access: 'environment' },
    schema: {
      operationId: 'changeUserRolesInTenants',
      summary: 'Give and take roles of a user in several tenants, or in all of them, at once',
      tags: ['Users'],
      params,
      body: z.object({ addRoleIds: roleIds().nullish(), removeRoleIds: roleIds().nullish(), tenantIds: z.array(z.string()).max(200).nullish() }),
      response: {
        200: z.object({
          userId: z.string(),
          affectedTenants: z.array(z.string()),
          rolesAdded: z.array(z.string()),
          rolesRemoved: z.array(z.string()),
        }),
        ...errorResponses(userRoleErrors.changeInTenants, 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const { addRoleIds, removeRoleIds, tenantIds } = request.body;
      const changed = await services.userRoles.changeInTenants(await request.call.caller(), {
        ...{ userId: request.params.userId, tenantIds: tenantIds ?? null, addRoleIds: addRoleIds ?? [], removeRoleIds: removeRoleIds ?? [] },
      });
      const { userId, tenantIds: affectedTenants, addedRoleIds: rolesAdded, removedRoleIds: rolesRemoved } = changed;
      return { userId, affectedTenants, rolesAdded, rolesRemoved };
    },
  });

/** Serves `GET /vendor-only/users/v1/bulk-roles/status/:taskId`. Roles are changed before the answer, so there is no task to ask for. */
export const userRolesTaskRead = absent('Task', {
  ...{ method: 'GET', url: '/vendor-only/users/v1/bulk-roles/status/:taskId', access: 'environment', operationId: 'readRolesTask', tag: 'Users' },
  summary: 'Read how far a change of roles in several tenants is; always 404, because it is done at once',
});

/** Serves `GET /users/v3/roles`. */
export const userRolesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v3/roles',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readRolesOfUsers',
      summary: 'Read which roles users hold, one entry for each membership',
      tags: ['Users'],
      querystring: z.object({ ids: listParameter().describe('Ids of users. Unknown ones are left out.') }),
      response: {
        200: z.array(z.object({ vendorId: z.string(), tenantId: z.string(), userId: z.string(), roleIds: z.array(z.string()) })),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const memberships = await services.userRoles.memberships(caller, { userIds: request.query.ids ?? [] });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return memberships.map(({ tenantId, userId, roleIds: held }) => ({ vendorId, tenantId, userId, roleIds: [...held] }));
    },
  });
