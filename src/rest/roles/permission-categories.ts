import { z } from 'zod';
import { permissionCategoryErrors } from '../../services/role/permission-categories.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id } from '../validation.ts';
import { categoryShape, encodeCategories, encodeCategory } from './permission-shape.ts';
import { description, title } from './role-fields.ts';

const params = z.object({ categoryId: id() });

/** Serves `GET /permissions/v1/categories`. */
export const categoriesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/permissions/v1/categories',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readPermissionCategories',
      summary: 'Read all categories of permissions, in the order of their names',
      tags: ['Permissions'],
      response: { 200: z.array(categoryShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      return encodeCategories(services, caller, await services.permissionCategories.all(caller));
    },
  });

/** Serves `POST /permissions/v1/categories`. */
export const categoryCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/permissions/v1/categories',
    config: { access: 'environment' },
    schema: {
      operationId: 'createPermissionCategory',
      summary: 'Create a category of permissions',
      tags: ['Permissions'],
      body: z.object({ name: title(), description: description() }),
      response: { 201: categoryShape, ...errorResponses(permissionCategoryErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { name, description: text } = request.body;
      const category = await services.permissionCategories.create(caller, { name, description: text ?? null });
      return reply.code(201).send(await encodeCategory(services, caller, category));
    },
  });

/** Serves `PATCH /permissions/v1/categories/:categoryId`. */
export const categoryUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/permissions/v1/categories/:categoryId',
    config: { access: 'environment' },
    schema: {
      operationId: 'updatePermissionCategory',
      summary: 'Change the name or the description of a category that is not built in',
      tags: ['Permissions'],
      params,
      body: z.object({ name: title().nullish(), description: description() }),
      response: { 200: categoryShape, ...errorResponses(permissionCategoryErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { categoryId } = request.params;
      return encodeCategory(services, caller, await services.permissionCategories.update(caller, { id: categoryId, fields: given(request.body) }));
    },
  });

/** Serves `DELETE /permissions/v1/categories/:categoryId`. */
export const categoryDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/permissions/v1/categories/:categoryId',
    config: { access: 'environment' },
    schema: {
      operationId: 'deletePermissionCategory',
      summary: 'Delete a category that is not built in; its permissions stay without one',
      tags: ['Permissions'],
      params,
      response: { 200: empty, ...errorResponses(permissionCategoryErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.permissionCategories.remove(await request.call.caller(), { id: request.params.categoryId });
      return reply.send();
    },
  });
