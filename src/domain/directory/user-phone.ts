/**
 * A phone number that a user logs in by, once it is verified. It is no second factor: the number of an SMS authenticator is kept with that
 * authenticator. A number is taken once somebody has verified it, so that nobody keeps a number from its owner by naming it.
 */
export interface UserPhone {
  id: string;
  userId: string;
  /** The number in E.164 form, as `PhoneNumber` returns it. */
  phoneNumber: string;
  verified: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** How many phone numbers a user may have. */
export const maxPhonesPerUser = 5;

/**
 * Returns the number that codes to log in by go to: the verified one that was added last. Null if no number is verified. There is one alone, so
 * that a person who names the account does not choose where the code goes.
 */
export const loginPhoneOf = (phones: readonly UserPhone[]): UserPhone | null => phones.findLast(({ verified }) => verified) ?? null;

/** By what a list of phone numbers can be sorted. */
export const userPhoneSortKeys = ['userId', 'phoneNumber'] as const;

/** Which phone numbers a list has, and which part of it is wanted. A number has to meet every condition that is set. */
export interface UserPhoneQuery {
  /** Members of this tenant. */
  tenantId?: string;
  /** Whether users are left out who are invisible or have not accepted their invitation to the tenant. */
  visibleOnly?: boolean;
  /** The number in E.164 form. */
  phoneNumber?: string;
  userIds?: readonly string[];
  sortBy: (typeof userPhoneSortKeys)[number];
  descending: boolean;
  offset: number;
  limit: number;
}

/** Stores the phone numbers that users log in by. What takes a number never happens twice at once for the same number. */
export interface UserPhoneRepository {
  /** Adds the number. False if another user has verified it, or the user has it already. */
  add(phone: UserPhone): Promise<boolean>;
  /** Returns the number, if somebody has verified it. */
  findVerified(phoneNumber: string): Promise<UserPhone | null>;
  /** Returns the numbers of the users, oldest first. */
  ofUsers(userIds: readonly string[]): Promise<UserPhone[]>;
  /** Marks a number of the user as verified. False if the user does not have it, or another one has verified it. */
  verify(userId: string, id: string, now: Date): Promise<boolean>;
  /** Removes a number of the user. False if there is none with this id. */
  remove(userId: string, id: string): Promise<boolean>;
  /** Returns a part of all numbers, and how many there are. */
  search(query: UserPhoneQuery): Promise<{ items: UserPhone[]; total: number }>;
}
