import { maxDeviceLifeSeconds } from './device/remembered-device.ts';
import { adoptionDays } from './insight/adoption.ts';

const daySeconds = 86_400;

/** Rows that are removed some time after they have ended. They decide nothing any more and would only fill the database. */
interface Purged {
  /** The moment from which they are kept for a while, in words. */
  after: string;
  /** How many seconds they are kept from then on, or the setting that says so. */
  keptSeconds: number | 'AUDIT_RETENTION_DAYS';
}

/** Rows that no time ends: they stay as long as what they belong to. */
interface Kept {
  asLongAs: string;
}

/**
 * What becomes of the rows of every table in the course of time. A table without an entry does not compile. A day is left after the
 * end, so that a late request still learns what happened. Tables are purged in this order, so that no row takes many others with it.
 */
export const retention = {
  oneTimeCodes: { after: 'they expired', keptSeconds: daySeconds },
  pendingEnrollments: { after: 'they expired', keptSeconds: daySeconds },
  challenges: { after: 'they expired', keptSeconds: daySeconds },
  passkeyCeremonies: { after: 'they expired', keptSeconds: daySeconds },
  userTokens: { after: 'they expired', keptSeconds: daySeconds },
  invitationLinks: { after: 'they expired', keptSeconds: daySeconds },
  mfaPlans: { after: 'they expired', keptSeconds: daySeconds },
  interactions: { after: 'they expired', keptSeconds: daySeconds },
  accountNotes: { after: 'they expired', keptSeconds: daySeconds },
  authorizationCodes: { after: 'they expired', keptSeconds: daySeconds },
  apiTokenRefreshes: { after: 'they expired', keptSeconds: daySeconds },
  apiTokens: { after: 'they expired', keptSeconds: daySeconds },
  // A replaced token is kept as long as its session, because its use is a sign of theft (RFC 9700 §4.14.2).
  refreshTokens: { after: 'their session expired or was ended', keptSeconds: daySeconds },
  sessions: { after: 'they expired or were ended', keptSeconds: daySeconds },
  // A window with a cap on consecutive failures never ends by itself: waiting must not give guesses back.
  slidingWindows: { after: 'all charges have left the window', keptSeconds: daySeconds },
  // The longest window is a day.
  fixedWindows: { after: 'they were opened', keptSeconds: 2 * daySeconds },
  // As long as a network counts as known.
  guesses: { after: 'the last guess', keptSeconds: 90 * daySeconds },
  rememberedDevices: { after: 'they were remembered', keptSeconds: maxDeviceLifeSeconds + daySeconds },
  outbox: { after: 'the message was sent or given up', keptSeconds: 7 * daySeconds },
  bulkInvitationEntries: { after: 'the person was refused', keptSeconds: 7 * daySeconds },
  bulkInvitations: { after: 'everybody was invited or refused', keptSeconds: 7 * daySeconds },
  userMigrationRows: { after: 'everybody of the migration was imported or refused', keptSeconds: 30 * daySeconds },
  userMigrations: { after: 'everybody was imported or refused', keptSeconds: 30 * daySeconds },
  mfaExemptions: { after: 'they ended', keptSeconds: 400 * daySeconds },
  auditEvents: { after: 'they happened', keptSeconds: 'AUDIT_RETENTION_DAYS' },
  adoptionDays: { after: 'their day', keptSeconds: adoptionDays * daySeconds },
  adoptionPoints: { after: 'their day', keptSeconds: adoptionDays * daySeconds },

  environments: { asLongAs: 'the deployment' },
  environmentSecrets: { asLongAs: 'the deployment' },
  signingKeys: { asLongAs: 'a token that they signed may live' },
  retainedKeys: { asLongAs: 'the deployment' },
  writeProbes: { asLongAs: 'the deployment' },
  hostedLogin: { asLongAs: 'the deployment' },
  redirectUris: { asLongAs: 'an operator keeps them' },
  captchaPolicies: { asLongAs: 'an operator keeps them' },
  jwtTemplates: { asLongAs: 'an operator keeps them' },
  tenants: { asLongAs: 'nobody deletes them' },
  users: { asLongAs: 'nobody deletes them' },
  userEmails: { asLongAs: 'their user, or until they are removed' },
  userPhones: { asLongAs: 'their user, or until they are removed' },
  usernames: { asLongAs: 'their user, or until they are removed' },
  passwordCredentials: { asLongAs: 'their user' },
  memberships: { asLongAs: 'their user and tenant' },
  roles: { asLongAs: 'an operator keeps them' },
  permissions: { asLongAs: 'an operator keeps them' },
  permissionCategories: { asLongAs: 'an operator keeps them' },
  rolePermissions: { asLongAs: 'their role and permission' },
  apiTokenRoles: { asLongAs: 'their API token and role' },
  apiTokenPermissions: { asLongAs: 'their API token and permission' },
  groups: { asLongAs: 'their tenant, or until they are deleted' },
  groupRoles: { asLongAs: 'their group and role' },
  groupMembers: { asLongAs: 'their group and membership' },
  membershipRoles: { asLongAs: 'their membership and role' },
  mfaPolicies: { asLongAs: 'their tenant' },
  strategySettings: { asLongAs: 'their tenant' },
  enforcementSchedules: { asLongAs: 'their tenant' },
  enforcementReminders: { asLongAs: 'their schedule, or until a later one begins' },
  lockoutPolicies: { asLongAs: 'their tenant' },
  passwordPolicies: { asLongAs: 'their tenant' },
  passwordHistoryPolicies: { asLongAs: 'their tenant' },
  passwordRotations: { asLongAs: 'their tenant' },
  formerPasswords: { asLongAs: 'their user, or until as many newer ones are kept as the history asks for' },
  sessionPolicies: { asLongAs: 'their tenant' },
  passwordFailures: { asLongAs: 'their user, or until the right password' },
  authenticators: { asLongAs: 'their user, or until they are removed' },
  passkeys: { asLongAs: 'their user, or until they are removed' },
  recoveryCodes: { asLongAs: 'their user, or until they are used' },
  adoptionTotals: { asLongAs: 'their tenant' },
  adoptionChanges: { asLongAs: 'it takes to add them up' },
} as const satisfies Record<string, Purged | Kept>;

type Retention = typeof retention;

/** A table whose rows are removed some time after they have ended. */
export type PurgedTable = { [Table in keyof Retention]: Retention[Table] extends Purged ? Table : never }[keyof Retention];

/** Every such table, in the order in which they are purged. */
export const purgedTables = Object.entries(retention)
  .filter(([, { ...rows }]) => 'keptSeconds' in rows)
  .map(([table]) => table as PurgedTable);
