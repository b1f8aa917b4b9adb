import { z } from 'zod';
import type { Actor } from '../../domain/access/actor.ts';
import { fail } from '../../domain/errors.ts';
import { groupSortKeys, maxGroupsOfTenant, maxOfAGroupCall } from '../../domain/group/group.ts';
import { readGroups, requirePermission } from '../../services/access/permissions.ts';
import { encodePage, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { id } from '../validation.ts';
import { encodeGroup, encodeGroups, groupShape, relationsParameter } from './group-shape.ts';

const tags = ['Groups'];
const querystring = z.object({ _groupsRelations: relationsParameter() });
const listed = z.object({ groups: z.array(groupShape) });
const maxLimit = 200;

/** Refuses who may not read groups, and an environment token that names no tenant. Errors: `FORBIDDEN`, `TENANT_HEADER_REQUIRED`. */
function requireTenantToRead(actor: Actor): void {
  if (requirePermission(actor, readGroups).tenantId === null) fail('TENANT_HEADER_REQUIRED');
}

/** Serves `GET /groups/v1`. */
export const groupsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/groups/v1',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readGroups',
      summary: 'Read all groups of the tenant, oldest first',
      tags,
      querystring,
      response: { 200: listed, ...errorResponses(['TENANT_HEADER_REQUIRED'], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      requireTenantToRead(caller.actor);
      const { items } = await services.groups.search(caller, { sortBy: 'createdAt', descending: false, offset: 0, limit: maxGroupsOfTenant });
      return { groups: await encodeGroups(services, caller, items, request.query._groupsRelations) };
    },
  });

/** Serves `POST /groups/v1/bulkGet`. */
export const groupsReadByIds: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/groups/v1/bulkGet',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readGroupsByIds',
      summary: 'Read groups of the tenant by their ids; unknown ones are left out',
      tags,
      querystring,
      body: z.object({ groupsIds: z.array(id()).max(maxOfAGroupCall) }),
      response: { 201: listed, ...errorResponses(['TENANT_HEADER_REQUIRED'], 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      requireTenantToRead(caller.actor);
      const groups = await services.groups.findMany(caller, { ids: request.body.groupsIds });
      return reply.code(201).send({ groups: await encodeGroups(services, caller, groups, request.query._groupsRelations) });
    },
  });

/** Serves `GET /groups/v1/:id`. */
export const groupRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/groups/v1/:id',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readGroup',
      summary: 'Read one group of the tenant',
      tags,
      params: z.object({ id: id() }),
      querystring,
      response: { 200: groupShape, ...errorResponses(['GROUP_NOT_FOUND', 'TENANT_HEADER_REQUIRED'], 400, 401, 403) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      requireTenantToRead(caller.actor);
      const [group] = await services.groups.findMany(caller, { ids: [request.params.id] });
      return encodeGroup(services, caller, group ?? fail('GROUP_NOT_FOUND'), request.query._groupsRelations);
    },
  });

/** Serves `GET /groups/v2`. */
export const groupsSearch: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url: '/groups/v2',
    config: { access: 'permitted' },
    schema: {
      operationId: 'searchGroups',
      summary: 'Sort and page through the groups of the tenant',
      tags,
      querystring: z.object({ ...pageParameters(groupSortKeys, 'createdAt', maxLimit), _groupsRelations: relationsParameter() }),
      response: { 200: pageShape(groupShape), ...errorResponses(['TENANT_HEADER_REQUIRED'], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      requireTenantToRead(caller.actor);
      const { _offset: page, _limit: limit, _sortBy: sortBy, _order, _groupsRelations } = request.query;
      const found = await services.groups.search(caller, { sortBy, descending: _order === 'DESC', offset: page * limit, limit });
      const items = await encodeGroups(services, caller, found.items, _groupsRelations);
      return encodePage({ items, total: found.total, url: new URL(`${publicUrl}${request.originalUrl}`), offset: page, limit });
    },
  });
