import { pgKit } from './postgres-kit.ts';
import { defineTables } from './tables.ts';

/** All tables for PostgreSQL. They are exported by name as well, because drizzle-kit reads the exports of this file. */
export const tables = defineTables(pgKit);
export const {
  environments,
  environmentSecrets,
  retainedKeys,
  signingKeys,
  writeProbes,
  tenants,
  users,
  userEmails,
  usernames,
  passwordCredentials,
  memberships,
  roles,
  permissions,
  permissionCategories,
  rolePermissions,
  membershipRoles,
  mfaPolicies,
  strategySettings,
} = tables;
export const {
  authenticators,
  pendingEnrollments,
  recoveryCodes,
  rememberedDevices,
  slidingWindows,
  fixedWindows,
  guesses,
  challenges,
  oneTimeCodes,
  sessions,
  refreshTokens,
  auditEvents,
  outbox,
  userTokens,
  bulkInvitations,
  bulkInvitationEntries,
  lockoutPolicies,
  passwordFailures,
  adoptionTotals,
  adoptionDays,
  adoptionChanges,
  adoptionPoints,
} = tables;
