import { z } from 'zod';
import { tenantErrors } from '../../services/directory/tenants.ts';
import type { RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { nameText, optionalText } from '../validation.ts';

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
      body: z.object({ name: nameText(), tenantId: optionalText() }),
      response: {
        201: z.object({ id: z.string(), tenantId: z.string(), name: z.string(), createdAt: z.string(), updatedAt: z.string() }),
        ...errorResponses(tenantErrors.create, 400, 401, 403),
      },
    },
    handler: async (request, reply) => {
      const { name, tenantId } = request.body;
      const tenant = await services.tenants.create(await request.call.caller(), { id: tenantId || null, name });
      const { id, createdAt, updatedAt } = tenant;
      return reply.code(201).send({ id, tenantId: id, name: tenant.name, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() });
    },
  });
