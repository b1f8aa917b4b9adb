import type { RestRoute } from '../route.ts';
import { applicationAssign, applicationUnassign, applicationUsersAssign, applicationUsersRead } from './application-users.ts';
import { activeTenantsRead, activeTenantsSet, userApplicationsRead } from './user-applications.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const applicationsRoutes: readonly RestRoute[] = [
  applicationUsersRead,
  applicationAssign,
  applicationUsersAssign,
  applicationUnassign,
  userApplicationsRead,
  activeTenantsRead,
  activeTenantsSet,
];
