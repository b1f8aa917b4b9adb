import type { RestRoute } from '../route.ts';
import {
  accountSettingsRead,
  accountSettingsSet,
  hierarchyParentsRead,
  hierarchyRead,
  hierarchyTreeRead,
  publicAccountSettingsRead,
} from './account-settings.ts';
import { teamMemberDelete, teamMemberResend, teamMemberUpdate } from './team-member-change.ts';
import { teamMembersRead, teamStatisticsRead } from './team-members.ts';
import { teamRolesRead } from './team-roles.ts';

/** The operations of this folder with a path of their own. */
export const portalRoutes: readonly RestRoute[] = [
  accountSettingsRead,
  publicAccountSettingsRead,
  hierarchyRead,
  hierarchyParentsRead,
  hierarchyTreeRead,
  teamRolesRead,
  teamMembersRead,
  teamStatisticsRead,
  teamMemberUpdate,
  teamMemberDelete,
  teamMemberResend,
  accountSettingsSet,
];
