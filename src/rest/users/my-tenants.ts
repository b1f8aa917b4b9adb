import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import type { Call } from '../../http/call.ts';
import { requireUser } from '../../services/access/permissions.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

const tenant = z.object({ id: z.string(), tenantId: z.string(), name: z.string(), createdAt: z.string(), updatedAt: z.string() });
const tenantsAndActive = z.object({ tenants: z.array(tenant), activeTenant: tenant });

async function readMyTenants(call: Call, { services }: RestNeeds): Promise<z.input<typeof tenantsAndActive>> {
  const caller = await call.caller();
  const user = requireUser(caller.actor);
  const found = await services.tenants.findMany(caller, { ids: user.tenantIds });
  const tenants = found.map(({ id, name, createdAt, updatedAt }) => ({
    id,
    tenantId: id,
    name,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
  return { tenants, activeTenant: tenants.find((entry) => entry.tenantId === user.tenantId) ?? fail('FORBIDDEN') };
}

/** Makes a route that lists the tenants and the current one. Clients use the older path if a session belongs to one tenant, or if a flag says so. */
const withActive =
  (url: string, operationId: string): RestRoute =>
  (app, needs) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'user' },
      schema: {
        operationId,
        summary: 'List the tenants of the user and the current tenant',
        tags: ['Users'],
        response: { 200: tenantsAndActive, ...errorResponses([], 400, 401, 403) },
      },
      handler: async (request) => readMyTenants(request.call, needs),
    });

/** Serves `GET /users/v3/me/tenants`. */
export const myTenants = withActive('/users/v3/me/tenants', 'readMyTenants');
/** Serves `GET /users/v1/me/tenants`. */
export const myTenantsOlder = withActive('/users/v1/me/tenants', 'readMyTenantsOlder');

/** Makes a route that lists the tenants alone. */
const listOnly =
  (url: string, operationId: string): RestRoute =>
  (app, needs) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'user' },
      schema: {
        operationId,
        summary: 'List the tenants of the user',
        tags: ['Users'],
        response: { 200: z.array(tenant), ...errorResponses([], 400, 401, 403) },
      },
      handler: async (request) => (await readMyTenants(request.call, needs)).tenants,
    });

/** Serves `GET /users/v2/me/tenants`. */
export const myTenantList = listOnly('/users/v2/me/tenants', 'listMyTenants');
/** Serves `GET /users/v2/me/hierarchy`. There are no sub-tenants, so it is the same list. */
export const myHierarchy = listOnly('/users/v2/me/hierarchy', 'listMyHierarchy');
