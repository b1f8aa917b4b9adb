import type { RestRoute } from '../route.ts';
import { absent, refused } from './refused.ts';

const route = { access: 'environment', tag: 'Sub-tenants' } as const;
const feature = 'Management of sub-tenants';

/** Serves `PUT /sub-tenants/users/v1/:userId/access`. */
export const subTenantAccessSet = refused(feature, {
  ...{ ...route, access: 'signedIn', method: 'PUT', url: '/sub-tenants/users/v1/:userId/access', operationId: 'setSubTenantAccess' },
  summary: 'Say whether a user enters the sub-tenants; refused',
});

/**
 * The routes that would put tenants below others, or bring them from another environment. The reads of the hierarchy are in
 * `portal/account-settings.ts`.
 */
export const subTenantRoutes: readonly RestRoute[] = [
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/tenants/resources/hierarchy/v1',
    operationId: 'addToHierarchy',
    summary: 'Put a tenant below another one; refused',
  }),
  refused(feature, {
    ...route,
    method: 'DELETE',
    url: '/tenants/resources/hierarchy/v1',
    operationId: 'removeFromHierarchy',
    summary: 'Take a tenant out of the hierarchy; refused',
  }),
  refused(feature, {
    ...route,
    method: 'POST',
    url: '/tenants/resources/sub-tenants/v1',
    operationId: 'createSubTenant',
    summary: 'Create a sub-tenant; refused',
  }),
  refused(feature, {
    ...route,
    method: 'DELETE',
    url: '/tenants/resources/sub-tenants/v1/:tenantId',
    operationId: 'deleteSubTenant',
    summary: 'Remove a sub-tenant; refused',
  }),
  refused(feature, {
    ...route,
    method: 'PUT',
    url: '/tenants/resources/sub-tenants/v1/:tenantId/management',
    operationId: 'setSubTenantManagement',
    summary: 'Say whether a sub-tenant has sub-tenants; refused',
  }),
  refused(feature, {
    ...route,
    method: 'PUT',
    url: '/tenants/resources/sub-tenants/v1/:tenantId/hierarchy-settings',
    operationId: 'setHierarchySettings',
    summary: 'Say who enters the sub-tenants of a tenant; refused',
  }),
  refused('Migration of tenants', {
    ...route,
    method: 'POST',
    url: '/tenants/resources/migrations/v1/tenants',
    operationId: 'migrateTenants',
    summary: 'Bring tenants from another environment; refused',
  }),
  absent('Migration', {
    ...route,
    method: 'GET',
    url: '/tenants/resources/migrations/v1/tenants/status/:migrationId',
    operationId: 'readTenantMigration',
    summary: 'Read how far a migration of tenants is; always 404',
  }),
];
