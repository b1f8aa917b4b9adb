/** A name that a user can log in by in place of an address. A user has at most one. */
export interface Username {
  userId: string;
  username: string;
  /** The name as `foldUsername` returns it. It is unique, and users are looked up by it. */
  usernameFolded: string;
  createdAt: Date;
}

/** Most characters of a username. */
export const maxUsernameCharacters = 255;

const pattern = new RegExp(`^[a-zA-Z0-9._-]{1,${maxUsernameCharacters}}$`);

/** Tells whether a text can be a username. It has no `@`, so that it is never taken for an address. */
export const isUsername = (text: string): boolean => pattern.test(text);

/** What a text that cannot be a username is refused with. */
export const notAUsername = `must have at most ${maxUsernameCharacters} letters of a to z, digits, dots, underscores and hyphens`;

/** Returns the form of a username that is compared: letter case makes no difference. */
export const foldUsername = (username: string): string => username.toLowerCase();

/** By what a list of usernames can be sorted. */
export const usernameSortKeys = ['userId', 'username'] as const;

/** Which usernames a list has, and which part of it is wanted. A username has to meet every condition that is set. */
export interface UsernameQuery {
  /** Members of this tenant. */
  tenantId?: string;
  /** Whether users are left out who are invisible or have not accepted their invitation to the tenant. */
  visibleOnly?: boolean;
  /** How the username begins, folded. */
  prefix?: string;
  userIds?: readonly string[];
  /** The usernames themselves, folded. */
  usernames?: readonly string[];
  sortBy: (typeof usernameSortKeys)[number];
  descending: boolean;
  offset: number;
  limit: number;
}

/** Stores usernames. */
export interface UsernameRepository {
  /** Gives the user this name in place of an earlier one. False if another user has it. */
  set(username: Username): Promise<boolean>;
  /** Returns the names of those users who have one. */
  ofUsers(userIds: readonly string[]): Promise<Username[]>;
  /** Returns who has the name, or null. */
  find(usernameFolded: string): Promise<Username | null>;
  /** Takes this name from the user. False if the user does not have it. */
  remove(userId: string, usernameFolded: string): Promise<boolean>;
  /** Returns a part of all names, and how many there are. */
  search(query: UsernameQuery): Promise<{ items: Username[]; total: number }>;
}
