import { createPermissionCategories } from './permission-categories.ts';
import { createPermissions } from './permissions.ts';
import { createPermissionsForRole } from './role-permissions.ts';
import { createRoles } from './roles.ts';

/** What each of the services needs, all of it together. */
type Needs = Omit<Parameters<typeof createRoles>[0], 'permissionsForRole'> &
  Parameters<typeof createPermissions>[0] &
  Parameters<typeof createPermissionCategories>[0] &
  Parameters<typeof createPermissionsForRole>[0];

/** Creates the services of roles, permissions and their categories. */
export const createRoleServices = (needs: Needs) => ({
  roles: createRoles({ ...needs, permissionsForRole: createPermissionsForRole(needs) }),
  permissions: createPermissions(needs),
  permissionCategories: createPermissionCategories(needs),
});
