import { z } from 'zod';
import { requireUser } from '../../services/access.ts';
import type { RestRoute } from '../route.ts';
import { refusals } from '../route.ts';

const tenant = z.object({ id: z.string(), tenantId: z.string(), name: z.string(), createdAt: z.string(), updatedAt: z.string() });

export const myTenants: RestRoute = (app, { services }) =>
  app.route({
    method: 'GET',
    url: '/users/v3/me/tenants',
    config: { access: 'user' },
    schema: {
      operationId: 'readMyTenants',
      summary: "The user's tenants and the one in force",
      tags: ['Users'],
      response: { 200: z.object({ tenants: z.array(tenant), activeTenant: tenant }), ...refusals(400, 401, 403) },
    },
    handler: async (request, reply) => {
      const actor = requireUser(await request.call.actor());
      const found = await services.tenants.findMany(actor, actor.tenantIds);
      const tenants = found.map(({ id, name, createdAt, updatedAt }) => ({
        id,
        tenantId: id,
        name,
        createdAt: createdAt.toISOString(),
        updatedAt: updatedAt.toISOString(),
      }));
      const activeTenant = tenants.find((entry) => entry.tenantId === actor.tenantId);
      if (activeTenant === undefined) return reply.code(403).send({ errors: ['Forbidden'] });
      return { tenants, activeTenant };
    },
  });
