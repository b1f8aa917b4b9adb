import { z } from 'zod';
import { foldTenantId } from '../../domain/directory/tenant.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { requireInTenant } from '../../services/access/permissions.ts';
import { tenantRemovalErrors } from '../../services/directory/tenant-removal.ts';
import { tenantErrors } from '../../services/directory/tenants.ts';
import type { RestRoute } from '../route.ts';
import { empty, errorResponses } from '../route.ts';
import { optionalText, text } from '../validation.ts';
import { changeIn, optionalMetadata, optionalTenantFields, tenantName } from './tenant-fields.ts';
import { encodeTenant, tenantShape } from './tenant-shape.ts';

const params = z.object({ tenantId: text() });
const fields = { name: tenantName().nullish(), ...optionalTenantFields };

/** Serves `PUT /tenants/resources/tenants/v1/:tenantId`. */
export const tenantUpdate: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/tenants/resources/tenants/v1/:tenantId',
    config: { access: 'environment' },
    schema: {
      operationId: 'updateTenant',
      summary: 'Change fields of a tenant; its metadata has operations of its own',
      tags: ['Tenants'],
      params,
      body: z.object({ ...fields, tenantId: optionalText().describe('The id in the path again. It cannot be changed.') }),
      response: { 200: tenantShape, ...errorResponses(tenantErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { tenantId: named } = request.params;
      const { tenantId, ...body } = request.body;
      if (tenantId && foldTenantId(tenantId) !== foldTenantId(named)) {
        throw new InvalidInput([{ path: ['tenantId'], message: 'tenantId cannot be changed' }]);
      }
      const tenant = await services.tenants.update(caller, { named, fields: changeIn(body) });
      return encodeTenant(tenant, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `PUT /tenants/resources/tenants/v2/:tenantId`. */
export const tenantReplace: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/tenants/resources/tenants/v2/:tenantId',
    config: { access: 'environment' },
    schema: {
      operationId: 'updateTenantAndMetadata',
      summary: 'Change fields of a tenant, and replace its metadata',
      tags: ['Tenants'],
      params,
      body: z.object({ ...fields, metadata: optionalMetadata() }),
      response: { 200: tenantShape, ...errorResponses(tenantErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const tenant = await services.tenants.update(caller, { named: request.params.tenantId, fields: changeIn(request.body) });
      return encodeTenant(tenant, (await services.environment.publicSettings(caller)).id);
    },
  });

/** Serves `DELETE /tenants/resources/tenants/v1/:tenantId`. */
export const tenantDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/tenants/resources/tenants/v1/:tenantId',
    config: { access: 'environment' },
    schema: {
      operationId: 'deleteTenant',
      summary: 'Delete a tenant, and the users who are in no other one',
      tags: ['Tenants'],
      params,
      response: { 200: empty, ...errorResponses(tenantRemovalErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      await services.tenantRemoval.remove(await request.call.caller(), { named: request.params.tenantId });
      return reply.code(200).send();
    },
  });

/** Serves `DELETE /tenants/resources/tenants/v1`. */
export const ownTenantDelete: RestRoute = (app, { services }) =>
  app.route({
    method: 'DELETE',
    url: '/tenants/resources/tenants/v1',
    config: { access: 'inTenant' },
    schema: {
      operationId: 'deleteOwnTenant',
      summary: 'Delete the tenant of the user, and the users who are in no other one',
      tags: ['Tenants'],
      response: { 200: empty, ...errorResponses(tenantRemovalErrors.remove, 400, 401, 403, 404) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      await services.tenantRemoval.remove(caller, { named: requireInTenant(caller.actor).tenantId });
      return reply.code(200).send();
    },
  });
