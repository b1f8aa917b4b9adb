import { z } from 'zod';
import { groupErrors } from '../../services/group/groups.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { given, id } from '../validation.ts';
import { encodeGroup, groupName, groupShape, optionalGroupFields } from './group-shape.ts';

const tags = ['Groups'];
const params = z.object({ id: id() });

/** Serves `POST /groups/v1`. */
export const groupCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/groups/v1',
    config: { access: 'permitted' },
    schema: {
      operationId: 'createGroup',
      summary: 'Create a group of the tenant, without roles and members',
      tags,
      body: z.object({ name: groupName(), ...optionalGroupFields }),
      response: { 201: groupShape, ...errorResponses(groupErrors.create, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { name, color, description, metadata } = request.body;
      const group = await services.groups.create(caller, { name, color: color ?? '', description: description ?? '', metadata: metadata ?? '{}' });
      return reply.code(201).send(await encodeGroup(services, caller, group, undefined));
    },
  });

/** Serves `PATCH /groups/v1/:id`. */
export const groupUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PATCH',
    url: '/groups/v1/:id',
    config: { access: 'permitted' },
    schema: {
      operationId: 'updateGroup',
      summary: 'Change fields of a group; its roles and members have operations of their own',
      tags,
      params,
      body: z.object({ name: groupName().nullish(), ...optionalGroupFields }),
      response: { 200: groupShape, ...errorResponses(groupErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const group = await services.groups.update(caller, { id: request.params.id, change: given(request.body) });
      return encodeGroup(services, caller, group, undefined);
    },
  });

/** Serves `DELETE /groups/v1/:id`. */
export const groupDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/groups/v1/:id',
    config: { access: 'permitted' },
    schema: {
      operationId: 'deleteGroup',
      summary: 'Delete a group; its members lose the roles that they held by it alone',
      tags,
      params,
      response: { 200: empty, ...errorResponses(groupErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.groups.remove(await request.call.caller(), { id: request.params.id });
      return reply.code(200).send();
    },
  });
