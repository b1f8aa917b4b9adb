import { z } from 'zod';
import { maxLevel, roleSortKeys } from '../../domain/role/role.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';
import { encodeRole, roleShape } from './role-shape.ts';

const maxLimit = 2_000;

/** Serves `GET /roles/v1`. */
export const rolesRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/roles/v1',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readRoles',
      summary: 'Read all roles, or with a tenant those of the environment and of that tenant',
      tags: ['Roles'],
      response: { 200: z.array(roleShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const roles = await services.roles.all(caller);
      const { id: vendorId } = await services.environment.publicSettings(caller);
      return roles.map((role) => encodeRole(role, vendorId));
    },
  });

/** Serves `GET /roles/v2`. */
export const rolesSearch: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url: '/roles/v2',
    config: { access: 'permitted' },
    schema: {
      operationId: 'searchRoles',
      summary: 'Search, sort and page through roles',
      tags: ['Roles'],
      querystring: z.object({
        ...pageParameters(roleSortKeys, 'name', maxLimit),
        _levels: listParameter().describe('Levels, of which a role must have one.'),
        _tenantIds: listParameter().describe('Tenants whose own roles are wanted.'),
        _filter: optionalText().describe('A part of the key or the name.'),
      }),
      response: { 200: pageShape(roleShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { _offset: page, _limit: limit, _sortBy: sortBy, _order, _levels, _tenantIds, _filter } = request.query;
      const { items, total } = await services.roles.search(caller, {
        ...{ sortBy, descending: _order === 'DESC', offset: page * limit, limit },
        ...(_levels === undefined
          ? {}
          : { levels: _levels.map(Number).filter((level) => Number.isInteger(level) && level >= 0 && level <= maxLevel) }),
        ...(_tenantIds === undefined ? {} : { tenantIds: _tenantIds }),
        ...(_filter ? { text: _filter } : {}),
      });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      const encoded = items.map((role) => encodeRole(role, vendorId));
      return encodePage({ items: encoded, total, url: new URL(`${publicUrl}${request.originalUrl}`), offset: page, limit });
    },
  });

/** Serves `GET /roles/v2/distinct-levels`. */
export const roleLevelsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/roles/v2/distinct-levels',
    config: { access: 'permitted' },
    schema: {
      operationId: 'readRoleLevels',
      summary: 'Read the levels that roles have',
      tags: ['Roles'],
      response: { 200: z.array(z.int()), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => services.roles.levels(await request.call.caller()),
  });

/** Serves `GET /roles/v2/distinct-tenants`. */
export const roleTenantsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/roles/v2/distinct-tenants',
    config: { access: 'environment' },
    schema: {
      operationId: 'readRoleTenants',
      summary: 'Read the ids of the tenants that have roles of their own',
      tags: ['Roles'],
      response: { 200: z.array(z.string()), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => services.roles.tenantsWithRoles(await request.call.caller()),
  });
