import { z } from 'zod';
import { roleErrors } from '../../services/role/roles.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id, optionalText } from '../validation.ts';
import { key, optionalRoleFields, permissionIds, title } from './role-fields.ts';
import { encodeRole, roleShape } from './role-shape.ts';

const params = z.object({ roleId: id() });

/** Serves `PATCH /roles/v1/:roleId`. */
export const roleUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/roles/v1/:roleId',
    config: { access: 'permitted' },
    schema: {
      operationId: 'updateRole',
      summary: 'Change fields of a role; its permissions have an operation of their own',
      tags: ['Roles'],
      params,
      body: z.object({ key: key().nullish(), name: title().nullish(), ...optionalRoleFields }),
      response: { 200: roleShape, ...errorResponses(roleErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { migrateRole = false, ...change } = given(request.body);
      const role = await services.roles.update(caller, { id: request.params.roleId, change, migrateRole });
      return encodeRole(role, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `DELETE /roles/v1/:roleId`. */
export const roleDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/roles/v1/:roleId',
    config: { access: 'permitted' },
    schema: {
      operationId: 'deleteRole',
      summary: 'Delete a role and take it from everybody',
      tags: ['Roles'],
      params,
      response: { 204: empty, ...errorResponses(roleErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.roles.remove(await request.call.caller(), { id: request.params.roleId });
      return reply.code(204).send();
    },
  });

/** Serves `PUT /roles/v1/:roleId/permissions`. */
export const rolePermissionsSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/roles/v1/:roleId/permissions',
    config: { access: 'permitted' },
    schema: {
      operationId: 'setRolePermissions',
      summary: 'Replace the permissions in a role',
      tags: ['Roles'],
      params,
      body: z.object({ permissionIds: permissionIds() }),
      response: { 200: roleShape, ...errorResponses(roleErrors.setPermissions, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const role = await services.roles.setPermissions(caller, { id: request.params.roleId, permissionIds: request.body.permissionIds });
      return encodeRole(role, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `PUT /roles/v1/:roleId/tenant`. */
export const roleTenantSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/roles/v1/:roleId/tenant',
    config: { access: 'environment' },
    schema: {
      operationId: 'setRoleTenant',
      summary: 'Make a role one of a single tenant, or with null of every tenant',
      tags: ['Roles'],
      params,
      body: z.object({ tenantId: optionalText() }),
      response: { 200: roleShape, ...errorResponses(roleErrors.setTenant, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const role = await services.roles.setTenant(caller, { id: request.params.roleId, tenantId: request.body.tenantId ?? null });
      return encodeRole(role, (await services.environment.publicSettings(caller)).id);
    },
  });
