import { z } from 'zod';
import type { Tenant, TenantDetailName } from '../../domain/directory/tenant.ts';
import { fail } from '../../domain/errors.ts';
import type { Call } from '../../http/call.ts';
import { requireSomebody, requireTokenHolder } from '../../services/access/permissions.ts';
import { tenantErrors } from '../../services/directory/tenants.ts';
import type { RestNeeds, RestRoute } from '../route.ts';
import { errorResponses } from '../route.ts';
import { changeIn, optionalDetails, tenantName } from '../tenants/tenant-fields.ts';
import { givenDetails } from '../tenants/tenant-shape.ts';

/** Returns the tenant that the caller acts in. An environment token has to name it by the header. */
async function currentTenant(call: Call, { services }: RestNeeds): Promise<Tenant> {
  const caller = await call.caller();
  const { tenantId } = requireSomebody(caller.actor);
  if (tenantId === null) fail('TENANT_HEADER_REQUIRED');
  return (await services.tenants.find(caller, { named: tenantId })) ?? fail('TENANT_NOT_FOUND');
}

/** The fields of `accountSettingNames` but for the name. */
const details = [
  'applicationUrl',
  'address',
  'timezone',
  'dateFormat',
  'timeFormat',
  'currency',
  'logo',
] as const satisfies readonly TenantDetailName[];

const settingsShape = z.object({
  ...{ tenantId: z.string(), name: z.string(), applicationUrl: z.string().optional(), address: z.string().optional() },
  ...{ timezone: z.string().optional(), dateFormat: z.string().optional(), timeFormat: z.string().optional() },
  ...{ currency: z.string().optional(), logo: z.string().optional() },
});

const encodeSettings = (tenant: Tenant): z.input<typeof settingsShape> => ({
  tenantId: tenant.id,
  name: tenant.name,
  ...givenDetails(tenant, details),
});

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
      response: { 200: settingsShape, ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => encodeSettings(await currentTenant(request.call, needs)),
  });

/** Serves `PUT /tenants/resources/account-settings/v1`. */
export const accountSettingsSet: RestRoute = (app, { services }) =>
  app.route({
    method: 'PUT',
    url: '/tenants/resources/account-settings/v1',
    config: { access: 'permitted' },
    schema: {
      operationId: 'setAccountSettings',
      summary: 'Change the tenant as an administrator of it may',
      tags: ['Portal'],
      body: z.object({ name: tenantName().nullish(), ...optionalDetails(details) }),
      response: { 200: settingsShape, ...errorResponses(tenantErrors.update, 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const caller = await request.call.caller();
      const { tenantId } = requireTokenHolder(caller.actor);
      const named = tenantId ?? fail('TENANT_HEADER_REQUIRED');
      return encodeSettings(await services.tenants.update(caller, { named, fields: changeIn(request.body) }));
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
      summary: 'Read the id of the tenant and the address of its application, which is empty if none was given',
      tags: ['Portal'],
      response: { 200: z.object({ tenantId: z.string(), applicationUrl: z.string() }), ...errorResponses([], 400, 401, 403, 404) },
    },
    handler: async (request) => {
      const { id, applicationUrl } = await currentTenant(request.call, needs);
      return { tenantId: id, applicationUrl: applicationUrl ?? '' };
    },
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
