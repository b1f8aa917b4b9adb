import type { RestRoute } from '../route.ts';
import { categoriesRead, categoryCreate, categoryDelete, categoryUpdate } from './permission-categories.ts';
import { permissionDelete, permissionRolesAdd, permissionsClassify, permissionsCreate, permissionsRead, permissionUpdate } from './permissions.ts';
import { roleDelete, rolePermissionsSet, roleTenantSet, roleUpdate } from './role-change.ts';
import { roleCreateFromBase, rolesCreate } from './roles-create.ts';
import { roleLevelsRead, rolesRead, rolesSearch, roleTenantsRead } from './roles-read.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const rolesRoutes: readonly RestRoute[] = [
  rolesRead,
  rolesCreate,
  roleUpdate,
  roleDelete,
  rolePermissionsSet,
  roleTenantSet,
  rolesSearch,
  roleCreateFromBase,
  roleLevelsRead,
  roleTenantsRead,
  permissionsRead,
  permissionsCreate,
  permissionUpdate,
  permissionDelete,
  permissionRolesAdd,
  permissionsClassify,
  categoriesRead,
  categoryCreate,
  categoryUpdate,
  categoryDelete,
];
