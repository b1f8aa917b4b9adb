import { z } from 'zod';
import type { Tenant } from '../../domain/directory/tenant.ts';
import { fail } from '../../domain/errors.ts';
import type { Call } from '../../http/call.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';

/** Returns the tenant that the caller acts in. An environment token has to name it by the header. */
async function currentTenant(call: Call, { services }: RestNeeds): Promise<Tenant> {
  const caller = await call.caller();
  const { tenantId } = caller.actor.kind === 'NOBODY' ? fail('UNAUTHENTICATED') : caller.actor;
  if (tenantId === null) fail('TENANT_HEADER_REQUIRED');
  return (await services.tenants.find(caller, { named: tenantId })) ?? fail('TENANT_NOT_FOUND');
}

/** Serves `GET /tenants/resources/account-settings/v1`. */
export const accountSettingsRead: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/account-settings/v1',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readAccountSettings',
      summary: 'Read the tenant as its members see it',
      tags: ['Portal'],
      response: { 200: z.object({ tenantId: z.string(), name: z.string() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { id, name } = await currentTenant(request.call, needs);
      return { tenantId: id, name };
    },
  });

/** Serves `GET /tenants/resources/account-settings/v1/public`. */
export const publicAccountSettingsRead: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/account-settings/v1/public',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readPublicAccountSettings',
      summary: 'Read the id of the tenant; no address of an application is kept',
      tags: ['Portal'],
      response: { 200: z.object({ tenantId: z.string(), applicationUrl: z.string() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => ({ tenantId: (await currentTenant(request.call, needs)).id, applicationUrl: '' }),
  });

/** Serves `GET /tenants/resources/hierarchy/v1` and `/parents`, which are empty: there are no sub-tenants. */
const emptyHierarchy =
  (url: string, operationId: string, summary: string): RestRoute =>
  (app, needs) =>
    app.route({
      method: 'GET',
      url,
      config: { access: 'signedIn' },
      schema: {
        operationId,
        summary,
        tags: ['Portal'],
        response: { 200: z.array(z.object({ tenantId: z.string() })), ...errorResponses([], 400, 401, 403, 404) },
      },
      handler: async (request) => {
        await currentTenant(request.call, needs);
        return [];
      },
    });

/** The routes that answer an empty list, because there are no sub-tenants. */
export const hierarchyRead = emptyHierarchy('/tenants/resources/hierarchy/v1', 'readHierarchy', 'Read the sub-tenants, of which there are none');
export const hierarchyParentsRead = emptyHierarchy(
  '/tenants/resources/hierarchy/v1/parents',
  'readHierarchyParents',
  'Read the tenants above, of which there are none',
);

/** Serves `GET /tenants/resources/hierarchy/v1/tree`. */
export const hierarchyTreeRead: RestRoute = (app, needs) =>
  app.route({
    method: 'GET',
    url: '/tenants/resources/hierarchy/v1/tree',
    config: { access: 'signedIn' },
    schema: {
      operationId: 'readHierarchyTree',
      summary: 'Read the tenant as a tree without branches',
      tags: ['Portal'],
      response: {
        200: z.object({ tenantId: z.string(), tenantName: z.string(), children: z.array(z.object({ tenantId: z.string() })) }),
        ...errorResponses([], 400, 401, 403, 404),
      },
    },
    handler: async (request) => {
      const { id, name } = await currentTenant(request.call, needs);
      return { tenantId: id, tenantName: name, children: [] };
    },
  });
