import type { User } from './user.ts';

/**
 * An address that a user has besides the primary one, which is a column of the user. It is taken once it is verified, so that nobody
 * keeps an address from its owner by naming it.
 */
export interface SecondaryEmail {
  id: string;
  userId: string;
  email: string;
  /** The address as `normalizeEmail` of `messaging/email-address.ts` returns it. */
  emailNormalized: string;
  verified: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** An address of a user, the primary one or another. The id of the primary one is that of its user. */
export interface UserEmail extends Omit<SecondaryEmail, 'emailNormalized'> {
  primary: boolean;
}

/** Returns all addresses of a user: the primary one first, then the others in their order. */
export const addressesOf = ({ id, email, verified, createdAt, updatedAt }: User, others: readonly SecondaryEmail[]): UserEmail[] => [
  { id, userId: id, email, verified, primary: true, createdAt, updatedAt },
  ...others.filter(({ userId }) => userId === id).map(asUserEmail),
];

/** Returns an address as one of those of its user. */
export const asUserEmail = ({ emailNormalized: _, ...email }: SecondaryEmail): UserEmail => ({ ...email, primary: false });

/** How many addresses a user may have, with the primary one. */
export const maxEmailsPerUser = 10;

/** By what a list of addresses can be sorted. */
export const userEmailSortKeys = ['userId', 'email'] as const;

/** Which addresses a list has, and which part of it is wanted. An address has to meet every condition that is set. */
export interface UserEmailQuery {
  /** Members of this tenant. */
  tenantId?: string;
  /** Whether users are left out who are invisible or have not accepted their invitation to the tenant. */
  visibleOnly?: boolean;
  emailNormalized?: string;
  userIds?: readonly string[];
  sortBy: (typeof userEmailSortKeys)[number];
  descending: boolean;
  offset: number;
  limit: number;
}

/**
 * Stores the addresses of users besides the primary ones. An address is taken if it is the primary one of somebody, or somebody has
 * verified it. What takes an address, here and in the repository of users, never happens twice at once for the same address.
 */
export interface UserEmailRepository {
  /** Adds the address. False if another user has taken it, or the user has it already. */
  add(email: SecondaryEmail): Promise<boolean>;
  /** Returns the addresses of the users, oldest first. */
  ofUsers(userIds: readonly string[]): Promise<SecondaryEmail[]>;
  /** Marks an address of the user as verified. False if the user does not have it, or another one has taken it. */
  verify(userId: string, emailNormalized: string, now: Date): Promise<boolean>;
  /** Removes an address of the user. False if there is none with this id. */
  remove(userId: string, id: string): Promise<boolean>;
  /** Returns a part of all addresses, the primary ones too, and how many there are. */
  search(query: UserEmailQuery): Promise<{ items: UserEmail[]; total: number }>;
}
