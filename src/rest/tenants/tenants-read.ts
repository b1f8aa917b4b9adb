import { Readable } from 'node:stream';
import { z } from 'zod';
import { maxInteger } from '../../domain/bounds.ts';
import type { Tenant } from '../../domain/directory/tenant.ts';
import { fail } from '../../domain/errors.ts';
import { encodePage, listParameter, pageParameters, pageShape } from '../lists.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText, text } from '../validation.ts';
import { tenantIdText } from './tenant-fields.ts';
import { encodeTenant, tenantShape } from './tenant-shape.ts';

/** What clients call the keys that a list of tenants can be ordered by. */
const sortKeys = { createdAt: 'createdAt', name: 'name', tenantId: 'id' } as const;

/** Serves `GET /tenants/resources/tenants/v1`. */
export const tenantsRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/tenants/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'readTenants',
      summary: 'Read all tenants, or with `_limit` a page of them, oldest first',
      tags: ['Tenants'],
      querystring: z.object({
        _limit: z.coerce.number().int().min(1).max(maxInteger).optional().describe('The most tenants of a page. If absent, all are answered.'),
        _offset: z.coerce.number().int().min(0).max(1_000_000).default(0).describe('The number of the page. The first one is 0.'),
        _filter: optionalText().describe('A part of the name or the id.'),
      }),
      response: { 200: z.array(tenantShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { _limit: limit = null, _offset: page, _filter } = request.query;
      const filter = _filter ? { text: _filter } : {};
      const pages = await services.tenants.all(caller, { filter, offset: limit === null ? 0 : page * limit, limit });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      reply.header('content-type', 'application/json; charset=utf-8');
      // A stream is sent as it is. The type of the route only knows what is in it.
      return reply.send(Readable.from(encodeAll(pages, vendorId)) as never);
    },
  });

/** Writes a list while it is read, so that only a part of it is in memory at any time. */
async function* encodeAll(pages: AsyncIterable<Tenant[]>, vendorId: string): AsyncGenerator<string> {
  let written = false;
  for await (const page of pages) {
    yield `${written ? ',' : '['}${page.map((tenant) => JSON.stringify(encodeTenant(tenant, vendorId))).join()}`;
    written = true;
  }
  yield written ? ']' : '[]';
}

/** Serves `GET /tenants/resources/tenants/v1/:tenantId`. */
export const tenantRead: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/tenants/v1/:tenantId',
    config: { access: 'environment' },
    schema: {
      operationId: 'readTenant',
      summary: 'Read one tenant as a list, which is empty if there is none',
      tags: ['Tenants'],
      params: z.object({ tenantId: tenantIdText() }),
      response: { 200: z.array(tenantShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const tenant = await services.tenants.find(caller, { named: request.params.tenantId });
      return tenant === null ? [] : [encodeTenant(tenant, (await services.environment.publicSettings(caller)).id)];
    },
  });

/** Serves `GET /tenants/resources/tenants/v2/:tenantId`. */
export const tenantReadAsObject: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/tenants/v2/:tenantId',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readTenantAsObject',
      summary: 'Read one tenant; the answer is an empty list if there is none',
      tags: ['Tenants'],
      params: z.object({ tenantId: text() }),
      response: { 200: z.union([tenantShape, z.array(tenantShape).max(0)]), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const tenant = await services.tenants.findOwn(caller, { named: request.params.tenantId });
      return tenant === null ? [] : encodeTenant(tenant, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `GET /tenants/resources/tenants/v2/alias/:alias`. */
export const tenantReadByAlias: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/tenants/v2/alias/:alias',
    config: { access: 'environment' },
    schema: {
      operationId: 'readTenantByAlias',
      summary: 'Read the tenant with an alias, and the oldest one of several',
      tags: ['Tenants'],
      params: z.object({ alias: text() }),
      response: { 200: tenantShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const tenant = (await services.tenants.findByAlias(caller, { alias: request.params.alias })) ?? fail('TENANT_NOT_FOUND');
      return encodeTenant(tenant, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `GET /tenants/resources/tenants/v2`. */
export const tenantsSearch: RestRoute = (app, { services, publicUrl }) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/tenants/v2',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'searchTenants',
      summary: 'Search, sort and page through tenants; a user sees those of which the user is a member',
      tags: ['Tenants'],
      querystring: z.object({
        ...pageParameters(Object.keys(sortKeys) as [keyof typeof sortKeys], 'createdAt', 200),
        _tenantIds: listParameter().describe('Ids of tenants, of which a tenant must have one.'),
        _filter: optionalText().describe('A part of the name or the id.'),
      }),
      response: { 200: pageShape(tenantShape), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { _offset: page, _limit: limit, _sortBy, _order, _tenantIds, _filter } = request.query;
      const filter = { ...(_tenantIds === undefined ? {} : { named: _tenantIds }), ...(_filter ? { text: _filter } : {}) };
      const sort = { by: sortKeys[_sortBy], descending: _order === 'DESC' };
      const { items, total } = await services.tenants.search(caller, { filter, sort, offset: page * limit, limit });
      const { id: vendorId } = await services.environment.publicSettings(caller);
      const encoded = items.map((tenant) => encodeTenant(tenant, vendorId));
      return encodePage({ items: encoded, total, url: new URL(`${publicUrl}${request.originalUrl}`), offset: page, limit });
    },
  });
