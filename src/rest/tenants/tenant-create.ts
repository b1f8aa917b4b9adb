import { z } from 'zod';
import { tenantErrors } from '../../services/directory/tenants.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { optionalText } from '../validation.ts';
import { changeIn, optionalMetadata, optionalTenantFields, tenantName } from './tenant-fields.ts';
import { encodeTenant, tenantShape } from './tenant-shape.ts';

/** Serves `POST /tenants/resources/tenants/v1`. */
export const tenantCreate: RestRoute = (app, { services }) =>
  app.route({
    method: 'POST',
    url: '/tenants/resources/tenants/v1',
    config: { access: 'environment' },
    schema: {
      operationId: 'createTenant',
      summary: 'Create a tenant, with a given id or a generated one',
      tags: ['Tenants'],
      body: z.object({
        name: tenantName(),
        tenantId: optionalText(),
        metadata: optionalMetadata(),
        ...optionalTenantFields,
        parentTenantId: optionalText().refine((parent) => !parent, { params: { must: 'is not supported by this server' } }),
      }),
      response: { 201: tenantShape, ...errorResponses(tenantErrors.create, 400, 401, 403) },
    },
    handler: async (request, reply) => {
      const caller = await request.call.caller();
      const { name, tenantId } = request.body;
      const tenant = await services.tenants.create(caller, { ...changeIn(request.body), id: tenantId || null, name });
      return reply.code(201).send(encodeTenant(tenant, (await services.environment.publicSettings(caller)).id));
    },
  });
