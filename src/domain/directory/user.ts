import type { Page, PageRequest } from '../page.ts';

/** A user of the environment. */
export interface User {
  id: string;
  email: string;
  /** The address as `normalizeEmail` of `messaging/email-address.ts` returns it. It is unique, and users are looked up by it. */
  emailNormalized: string;
  name: string;
  profilePictureUrl: string | null;
  phoneNumber: string | null;
  externalId: string | null;
  /** JSON text set by the operator. The user can see it. */
  metadata: string;
  /** JSON text set by the operator. The user never sees it. */
  vendorMetadata: string;
  verified: boolean;
  mfaBypass: boolean;
  locked: boolean;
  /** Stored and shown. It opens no tenant, because that would go around the policies of tenants. */
  superUser: boolean;
  /** Whether lists that users read leave the user out. */
  invisible: boolean;
  /** The tenant that the next login enters. */
  activeTenantId: string;
  createdAt: Date;
  updatedAt: Date;
  lastLoginAt: Date | null;
  /** When a login was first completed. Null if none was. */
  firstLoginAt: Date | null;
  /** When an authenticator was first enrolled, whether or not it was removed since. Null if none ever was. */
  heldFactorAt: Date | null;
  /** When the last of the exemptions ends by itself that nobody has ended. Null if there is none. */
  exemptUntil: Date | null;
}

/** Fields of a user that the operator may change. Password, lock and authenticators have operations of their own. */
export type UserChange = Partial<
  Pick<User, 'name' | 'profilePictureUrl' | 'phoneNumber' | 'externalId' | 'metadata' | 'vendorMetadata' | 'mfaBypass' | 'superUser' | 'invisible'>
>;

/** A user's membership in a tenant. The user can enter the tenant while it is not pending, not disabled and has not expired. */
export interface Membership {
  userId: string;
  tenantId: string;
  createdAt: Date;
  /** Whether the user was invited and has not accepted yet. */
  pending: boolean;
  disabled: boolean;
  /** When the membership ends by itself. Null if it does not. */
  expiresAt: Date | null;
  /** When the user first logged in to the tenant. Null if that has not happened. */
  enteredAt: Date | null;
}

/**
 * Whether the user can enter the tenant at the moment. Only the policies of such tenants count at a login, so whatever foretells or lists what
 * a login does has to ask this too.
 */
export const isOpenMembership = ({ pending, disabled, expiresAt }: Pick<Membership, 'pending' | 'disabled' | 'expiresAt'>, at: Date): boolean =>
  !pending && !disabled && (expiresAt === null || expiresAt > at);

/** A membership with the ids of the roles that the member holds in it, and of the groups that the member is in. */
export interface MembershipWithRoles extends Membership {
  /** Roles that were given to the member. */
  roleIds: readonly string[];
  groupIds: readonly string[];
  /** Roles that the groups give. Empty while the roles of groups do not count. */
  groupRoleIds: readonly string[];
}

/** Returns the ids of all roles that the member holds, given or by a group. */
export const heldRoleIds = ({ roleIds, groupRoleIds }: Pick<MembershipWithRoles, 'roleIds' | 'groupRoleIds'>): string[] => [
  ...new Set([...roleIds, ...groupRoleIds]),
];

/**
 * Returns the tenant that a login enters: the one used last, or if that cannot be entered any more, the oldest one that can. `open` are the
 * memberships that can be entered, oldest first. Null if there are none.
 */
export const tenantToEnter = ({ activeTenantId }: Pick<User, 'activeTenantId'>, open: readonly Pick<Membership, 'tenantId'>[]): string | null =>
  (open.find(({ tenantId }) => tenantId === activeTenantId) ?? open[0])?.tenantId ?? null;

/** The shortest time in seconds after which a membership may end by itself. */
export const shortestMembershipSeconds = 300;
/** The longest one, which is a hundred years, because dates far beyond cannot be stored. */
export const longestMembershipSeconds = 3_153_600_000;
/** How far a user has come in a tenant, in the order in which it goes. */
export const membershipStatuses = ['NOT_ACTIVATED', 'PENDING_INVITATION', 'PENDING_LOGIN', 'ACTIVATED'] as const;
/** One of `membershipStatuses`. */
export type MembershipStatus = (typeof membershipStatuses)[number];

/** Returns how far a user has come in a tenant: verified the address, accepted the invitation, and logged in there. */
export function membershipStatus(
  { verified }: Pick<User, 'verified'>,
  { pending, enteredAt }: Pick<Membership, 'pending' | 'enteredAt'>,
): MembershipStatus {
  if (!verified) return 'NOT_ACTIVATED';
  if (pending) return 'PENDING_INVITATION';
  return enteredAt === null ? 'PENDING_LOGIN' : 'ACTIVATED';
}

/** A membership to add. It can be entered at once and does not expire unless it says otherwise. */
export type NewMembership = Pick<MembershipWithRoles, 'userId' | 'tenantId' | 'roleIds' | 'createdAt'> &
  Partial<Pick<Membership, 'pending' | 'expiresAt'>>;

/** Which users to list. A user has to match every condition that is set. */
export interface UserFilter {
  /** Members of this tenant. */
  tenantId?: string;
  /**
   * Those whom a member of `tenantId` may find, and nothing about them that such a member may not read: invisible users are left out, and
   * the conditions on phone numbers, external ids and authenticators find nobody who has not accepted the invitation yet.
   */
  asMember?: true;
  ids?: readonly string[];
  externalIds?: readonly string[];
  /** The user with this address, as `normalizeEmail` returns it. */
  emailNormalized?: string;
  /** What the normalized address begins with. Letter case does not matter in this and the next conditions. */
  emailPrefix?: string;
  namePrefix?: string;
  phonePrefix?: string;
  usernamePrefix?: string;
  /** Texts, each of which the name or the address contains. */
  containing?: readonly string[];
  /** Texts, at least one of which the name or the address contains. */
  containingAny?: readonly string[];
  /** Texts, none of which the name or the address contains. */
  excluding?: readonly string[];
  /** Users who hold this role, in `tenantId` if that is set, or else in any tenant. */
  roleId?: string;
  verified?: boolean;
  locked?: boolean;
  /** Whether an authenticator is enrolled. */
  mfaEnrolled?: boolean;
  /** Whether authenticators are enrolled and all of them are of `weakStrategies`. */
  onlyWeakFactors?: boolean;
  /** Whether a login was ever completed. */
  loggedIn?: boolean;
  /** When the last login was: earlier than this. */
  lastLoginBefore?: Date;
  /** When the last login was: at this time or later. */
  lastLoginFrom?: Date;
}

/** What a list of users can be ordered by. Users with the same value follow each other by their ids. Who never logged in is before all others. */
export const userSortKeys = ['createdAt', 'name', 'email', 'lastLoginAt', 'id', 'verified', 'locked', 'activeTenantId'] as const;

/** One of `userSortKeys`. */
export type UserSortKey = (typeof userSortKeys)[number];

/** The order of a list of users. */
export interface UserSort<Key extends UserSortKey = UserSortKey> {
  by: Key;
  descending: boolean;
}

/** The keys of lists that are read from a cursor. */
export type UserListKey = 'createdAt' | 'name' | 'email' | 'lastLoginAt';

/** The order of a list that names none. */
export const oldestUserFirst: UserSort<'createdAt'> = { by: 'createdAt', descending: false };

/** What the place of a user in a list is measured by. */
export type UserPlace = Date | string | null;

/** Returns the place of a user in a list that is ordered by this key. */
export const placeOfUser = (user: User, by: UserListKey): UserPlace => (by === 'email' ? user.emailNormalized : user[by]);

/** A part of a list of users that is counted from its beginning. */
export interface UserSearch {
  filter: UserFilter;
  sort: UserSort;
  offset: number;
  limit: number;
}

/** A member of a tenant whom other members may find. */
export interface VisibleMember {
  userId: string;
  pending: boolean;
}

/** How many members a tenant has. */
export interface MemberCounts {
  all: number;
  /** Those who joined at `since` or later. */
  joined: number;
  superUsers: number;
}

/** The id that lookups use in place of that of an unknown user, so that they cost the same statements. No user has it. */
export const nobodysId = '00000000-0000-0000-0000-000000000000';

/** Stores users, their passwords and their memberships. */
export interface UserRepository {
  /** Creates the user with a first membership. False if another user has taken the e-mail address. */
  create(user: User, membership: NewMembership, passwordHash: string | null): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<User[]>;
  /** Returns the user who has taken this address: whose primary one it is, or who verified it besides. */
  findByEmail(emailNormalized: string): Promise<User | null>;
  /** Returns the user with this username, as `foldUsername` returns it. */
  findByUsername(usernameFolded: string): Promise<User | null>;
  /** Returns the user whose refresh token has this hash, or null. */
  findByRefreshToken(tokenHash: string): Promise<User | null>;
  /** Returns the stored password hash. Null if the user has no password. */
  passwordHash(userId: string): Promise<string | null>;
  /** Returns when the password was set. Null if the user has none, or an earlier release has stored it. */
  passwordChangedAt(userId: string): Promise<Date | null>;
  /** Sets or replaces the password. */
  setPasswordHash(userId: string, hash: string, changedAt: Date): Promise<void>;
  /** Replaces a hash that was just verified. False if it is not the stored one any more. Null as time keeps the age of the password. */
  replacePasswordHash(userId: string, hashes: { from: string; to: string }, changedAt: Date | null): Promise<boolean>;
  /** Adds the user to a tenant. False if the user is in it already. */
  addMembership(membership: NewMembership): Promise<boolean>;
  /** Returns the memberships of the users, oldest first: also those that cannot be entered. */
  memberships(userIds: readonly string[]): Promise<Membership[]>;
  /** Returns those memberships of the user that can be entered, oldest first. Nothing else opens a tenant. */
  openMemberships(userId: string, now: Date): Promise<Membership[]>;
  /** Returns the memberships of the users with their roles, oldest first. */
  membershipsWithRoles(userIds: readonly string[]): Promise<MembershipWithRoles[]>;
  /** Returns the same of the user whose refresh token has this hash. */
  openMembershipsByRefreshToken(tokenHash: string, now: Date): Promise<Membership[]>;
  /** Returns those of the users who are members of the tenant and not invisible. */
  visibleMembers(tenantId: string, userIds: readonly string[]): Promise<VisibleMember[]>;
  /** Counts the members of a tenant who are not invisible. */
  countMembers(tenantId: string, since: Date): Promise<MemberCounts>;
  /** Returns a page of the users that match. */
  list(filter: UserFilter, page: PageRequest<UserPlace>, sort?: UserSort<UserListKey>): Promise<Page<User>>;
  /** Returns a part of the users that match, and how many there are. */
  search(search: UserSearch): Promise<{ items: User[]; total: number }>;
  /** Returns the number of users that match. */
  count(filter: UserFilter): Promise<number>;
  /** Changes the given fields, of which there must be at least one. Null if there is no such user. */
  update(id: string, change: UserChange, now: Date): Promise<User | null>;
  /**
   * Returns users after this id whose normalized address has characters beyond ASCII or ends with a dot, in the order of their ids.
   * Only such addresses may have been normalized differently by an earlier release.
   */
  listUnusualAddresses(afterId: string, limit: number): Promise<Pick<User, 'id' | 'email' | 'emailNormalized'>[]>;
  /** Sets the normalized address. False if another user has taken it. */
  renewAddress(id: string, emailNormalized: string): Promise<boolean>;
  /** Sets the primary address, which leaves the other ones of the user. False if another user has taken it, or there is no such user. */
  setEmail(id: string, address: Pick<User, 'email' | 'emailNormalized'>, now: Date): Promise<boolean>;
  /** Removes the user and everything that refers to the user. False if there is no such user. */
  remove(id: string): Promise<boolean>;
  /** Removes the membership and the roles in it. False if there is none. */
  removeMembership(userId: string, tenantId: string): Promise<boolean>;
  /** Turns an invitation into a membership that can be entered. False if there is none that waits. */
  acceptMembership(userId: string, tenantId: string): Promise<boolean>;
  /** Disables or enables the membership. False if there is none, or it is in that state already. */
  setDisabled(userId: string, tenantId: string, disabled: boolean): Promise<boolean>;
  /** Sets when the membership ends by itself, or with null that it does not. False if there is none. */
  setExpiry(userId: string, tenantId: string, expiresAt: Date | null): Promise<boolean>;
  /** Returns memberships that have expired, those that expired first before the others. */
  expiredMemberships(now: Date, limit: number): Promise<Membership[]>;
  /** Sets the tenant that the next login enters. False if the user cannot enter it, or there is no such user. */
  setActiveTenant(id: string, tenantId: string, now: Date): Promise<boolean>;
  /** The same, whether or not the user can enter the tenant, which must be one of theirs. */
  enterNext(id: string, tenantId: string, now: Date): Promise<void>;
  /**
   * Makes all members of one tenant members of another one instead, with those of their roles that every tenant has. Who is in both keeps the
   * membership in the other one as it is. Returns how many left the first one.
   */
  moveMembers(fromTenantId: string, toTenantId: string, now: Date): Promise<number>;
  /** Marks the e-mail address as verified. False if there is no such user. */
  markVerified(id: string, now: Date): Promise<boolean>;
  /** Locks or unlocks the user. False if there is no such user, or it is in that state already. */
  setLocked(id: string, locked: boolean, now: Date): Promise<boolean>;
  /** Records the time and the tenant of a login, and in the membership when it is the first one there. */
  recordLogin(id: string, tenantId: string, now: Date): Promise<void>;
  /** Ends all memberships in the tenant. The users stay. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
