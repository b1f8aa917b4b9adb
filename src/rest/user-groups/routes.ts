import type { RestRoute } from '../route.ts';
import { groupCreate, groupDelete, groupUpdate } from './group-change.ts';
import { groupRolesAdd, groupRolesRemove, groupUsersAdd, groupUsersRemove } from './group-content.ts';
import { groupSettingsRead, groupSettingsSet } from './group-settings.ts';
import { groupRead, groupsRead, groupsReadByIds, groupsSearch } from './groups-read.ts';

/** The operations of this folder under the prefixes of the identity service. */
export const userGroupsRoutes: readonly RestRoute[] = [
  groupsRead,
  groupCreate,
  groupsReadByIds,
  groupSettingsRead,
  groupSettingsSet,
  groupRead,
  groupUpdate,
  groupDelete,
  groupsSearch,
  groupRolesAdd,
  groupRolesRemove,
  groupUsersAdd,
  groupUsersRemove,
];
