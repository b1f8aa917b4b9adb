import { z } from 'zod';
import { assignmentTypes } from '../../domain/role/permission.ts';
import { maxRolesOfACall } from '../../domain/role/role.ts';
import { permissionErrors } from '../../services/role/permissions.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id, optionalId } from '../validation.ts';
import { encodePermission, encodePermissions, permissionShape } from './permission-shape.ts';
import { description, key, permissionIds, title } from './role-fields.ts';

const newPermission = z.object({
  ...{ key: key(), name: title(), description: description(), categoryId: optionalId() },
  assignmentType: z.enum(assignmentTypes).nullish(),
});
// Some clients name a permission by its key.
const params = z.object({ permissionId: id().describe('The id or the key of the permission.') });

/** Serves `GET /permissions/v1`. */
export const permissionsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/permissions/v1',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readPermissions',
      summary: 'Read all permissions, in the order of their keys',
      tags: ['Permissions'],
      response: { 200: z.array(permissionShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      return encodePermissions(services, caller, await services.permissions.all(caller));
    },
  });

/** Serves `POST /permissions/v1`. */
export const permissionsCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/permissions/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'createPermissions',
      summary: 'Create permissions: all of them or none',
      tags: ['Permissions'],
      body: z.array(newPermission).min(1).max(maxRolesOfACall),
      response: { 201: z.array(permissionShape), ...errorResponses(permissionErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const permissions = await services.permissions.create(caller, {
        permissions: request.body.map(({ key: permissionKey, name, ...fields }) => ({
          ...{ key: permissionKey, name, description: fields.description ?? '', categoryId: fields.categoryId || null },
          assignmentType: fields.assignmentType ?? 'ASSIGNABLE',
        })),
      });
      return reply.code(201).send(await encodePermissions(services, caller, permissions));
    },
  });

/** Serves `PATCH /permissions/v1/:permissionId`. */
export const permissionUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/permissions/v1/:permissionId',
    config: { access: 'environment' },
    schema: {
      operationId: 'updatePermission',
      summary: 'Change fields of a permission that is not built in',
      tags: ['Permissions'],
      params,
      body: z.object({ key: key().nullish(), name: title().nullish(), description: description(), categoryId: optionalId() }),
      response: { 200: permissionShape, ...errorResponses(permissionErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const permissionId = await services.permissions.idOf(caller, { named: request.params.permissionId });
      return encodePermission(services, caller, await services.permissions.update(caller, { id: permissionId, fields: given(request.body) }));
    },
  });

/** Serves `DELETE /permissions/v1/:permissionId`. */
export const permissionDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/permissions/v1/:permissionId',
    config: { access: 'environment' },
    schema: {
      operationId: 'deletePermission',
      summary: 'Delete a permission that is not built in, and take it from all roles',
      tags: ['Permissions'],
      params,
      response: { 204: empty, ...errorResponses(permissionErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      await services.permissions.remove(caller, { id: await services.permissions.idOf(caller, { named: request.params.permissionId }) });
      return reply.code(204).send();
    },
  });

/** Serves `PUT /permissions/v1/:permissionId/roles`. */
export const permissionRolesAdd: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/permissions/v1/:permissionId/roles',
    config: { access: 'environment' },
    schema: {
      operationId: 'addPermissionToRoles',
      summary: 'Add a permission to roles; other roles that have it keep it',
      tags: ['Permissions'],
      params,
      body: z.object({ roleIds: z.array(id()).max(maxRolesOfACall) }),
      response: { 200: permissionShape, ...errorResponses(permissionErrors.addToRoles, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const permissionId = await services.permissions.idOf(caller, { named: request.params.permissionId });
      const permission = await services.permissions.addToRoles(caller, { id: permissionId, roleIds: request.body.roleIds });
      return encodePermission(services, caller, permission);
    },
  });

/** Serves `PUT /permissions/v1/classification`. */
export const permissionsClassify: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/permissions/v1/classification',
    config: { access: 'environment' },
    schema: {
      operationId: 'classifyPermissions',
      summary: 'Set whether roles of tenants may, must or must not have the permissions',
      tags: ['Permissions'],
      body: z.object({ permissionIds: permissionIds(), type: z.enum(assignmentTypes) }),
      response: { 200: z.array(permissionShape), ...errorResponses(permissionErrors.classify, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { permissionIds: ids, type } = request.body;
      return encodePermissions(services, caller, await services.permissions.classify(caller, { ids, type }));
    },
  });
