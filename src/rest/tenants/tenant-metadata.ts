import { z } from 'zod';
import { jsonObject, jsonValue } from '../../domain/directory/tenant.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { tenantErrors } from '../../services/directory/tenants.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { text } from '../validation.ts';
import { requiredMetadata } from './tenant-fields.ts';
import { encodeTenant, tenantShape } from './tenant-shape.ts';

/** Serves `POST /tenants/resources/tenants/v1/:tenantId/metadata`. */
export const tenantMetadataSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/tenants/resources/tenants/v1/:tenantId/metadata',
    config: { access: 'environment' },
    schema: {
      operationId: 'setTenantMetadata',
      summary: 'Set keys of the metadata of a tenant; the others stay',
      tags: ['Tenants'],
      params: z.object({ tenantId: text() }),
      body: z.object({ metadata: requiredMetadata() }),
      response: { 201: tenantShape, ...errorResponses(tenantErrors.changeMetadata, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const set = objectIn(request.body.metadata);
      const tenant = await services.tenants.changeMetadata(caller, { named: request.params.tenantId, set, remove: [] });
      return reply.code(201).send(encodeTenant(tenant, (await services.environment.publicSettings(caller)).id));
    },
  });

/** Returns the JSON object that a text holds. Errors: `INVALID_INPUT`. */
function objectIn(json: string): Record<string, unknown> {
  const value = jsonValue(json);
  const object = jsonObject(value);
  if (object !== null) return object;
  throw new InvalidInput([{ path: ['metadata'], message: `metadata must be a JSON ${value === undefined ? 'string' : 'object'}` }]);
}

/** Serves `DELETE /tenants/resources/tenants/v1/:tenantId/metadata/:key`. */
export const tenantMetadataRemove: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/tenants/resources/tenants/v1/:tenantId/metadata/:key',
    config: { access: 'environment' },
    schema: {
      operationId: 'removeTenantMetadata',
      summary: 'Remove a key of the metadata of a tenant; one that is not there changes nothing',
      tags: ['Tenants'],
      params: z.object({ tenantId: text(), key: text() }),
      response: { 200: tenantShape, ...errorResponses(tenantErrors.changeMetadata, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { tenantId: named, key } = request.params;
      const tenant = await services.tenants.changeMetadata(caller, { named, set: {}, remove: [key] });
      return encodeTenant(tenant, (await services.environment.publicSettings(caller)).id);
    },
  });
