import type { RestRoute } from '../route.ts';
import { ownTenantDelete, tenantDelete, tenantReplace, tenantUpdate } from './tenant-change.ts';
import { tenantCreate } from './tenant-create.ts';
import { tenantMetadataRemove, tenantMetadataSet } from './tenant-metadata.ts';
import { tenantRead, tenantReadAsObject, tenantReadByAlias, tenantsRead, tenantsSearch } from './tenants-read.ts';

/** The operations of this folder with a path of their own. */
export const tenantsRoutes: readonly RestRoute[] = [
  tenantCreate,
  tenantsRead,
  tenantRead,
  tenantReadAsObject,
  tenantReadByAlias,
  tenantsSearch,
  tenantUpdate,
  tenantReplace,
  tenantDelete,
  ownTenantDelete,
  tenantMetadataSet,
  tenantMetadataRemove,
];
