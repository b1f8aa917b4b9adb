import type { RoleKey } from '../access/role.ts';
import type { Page, PageRequest } from '../page.ts';

export interface User {
  id: string;
  email: string;
  /** What uniqueness and look-up compare: see `normalizeEmail`. */
  emailNormalized: string;
  name: string;
  profilePictureUrl: string | null;
  phoneNumber: string | null;
  externalId: string | null;
  /** JSON text as given by the operator; visible to the user. */
  metadata: string;
  /** JSON text as given by the operator; never shown to the user. */
  vendorMetadata: string;
  verified: boolean;
  mfaBypass: boolean;
  locked: boolean;
  /** The tenant a login enters. */
  activeTenantId: string;
  createdAt: Date;
  updatedAt: Date;
  lastLoginAt: Date | null;
}

/** What the operator may change of a user at any time; address, password, lock and factors have operations of their own. */
export type UserChange = Partial<
  Pick<User, 'name' | 'profilePictureUrl' | 'phoneNumber' | 'externalId' | 'metadata' | 'vendorMetadata' | 'mfaBypass'>
>;

export interface Membership {
  userId: string;
  tenantId: string;
  roles: RoleKey[];
  createdAt: Date;
}

/** One account a mailbox: letter case and surrounding Unicode forms never make a second one. Dots and plus tags do. */
export const normalizeEmail = (email: string): string => email.normalize('NFKC').toLowerCase();

export interface UserRepository {
  /** Adds the user with a first membership. False when the e-mail is taken. */
  create(user: User, membership: Membership, passwordHash: string | null): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<User[]>;
  findByEmail(emailNormalized: string): Promise<User | null>;
  passwordHash(userId: string): Promise<string | null>;
  /** Sets the password, the first one as well as a new one. */
  setPasswordHash(userId: string, hash: string): Promise<void>;
  /** False when the user is in the tenant already. */
  addMembership(membership: Membership): Promise<boolean>;
  /** Oldest membership first. */
  memberships(userIds: readonly string[]): Promise<Membership[]>;
  list(tenantId: string | null, page: PageRequest): Promise<Page<User>>;
  count(tenantId: string | null): Promise<number>;
  /** Changes the fields given, at least one. Null when no such user exists. */
  update(id: string, change: UserChange, now: Date): Promise<User | null>;
  /** False when no such user exists. */
  markVerified(id: string, now: Date): Promise<boolean>;
  /** False when the user is unknown or as asked already. */
  setLocked(id: string, locked: boolean, now: Date): Promise<boolean>;
  recordLogin(id: string, tenantId: string, now: Date): Promise<void>;
}
