import type { Rights } from '../access/permission.ts';
import type { Page, PageRequest } from '../page.ts';

/** Most characters of a key or a name of a role, a permission or a category. */
export const maxKeyCharacters = 255;
/** Most characters of a description. */
export const maxDescriptionCharacters = 1024;
/** The least powerful level. The most powerful one is 0. */
export const maxLevel = 32_767;
/** Most roles that one call creates, gives or takes. */
export const maxRolesOfACall = 100;

const keyPattern = new RegExp(`^[A-Za-z0-9._:*-]{1,${maxKeyCharacters}}$`);

/** What a text that is no key is refused with. */
export const notAKey = `must be 1 to ${maxKeyCharacters} letters, digits, dots, underscores, colons, asterisks or hyphens`;

/** Tells whether a text can be the key of a role or a permission. Keys stand in tokens, and front ends compare them. */
export const isKey = (text: string): boolean => keyPattern.test(text);

/** A set of permissions that members of a tenant hold. */
export interface Role {
  id: string;
  /** The tenant whose own role it is. Null for a role of the environment, which every tenant has. */
  tenantId: string | null;
  /** Unique among the roles that one tenant can see. */
  key: string;
  name: string;
  description: string;
  /** Whether a new member gets the role if no roles are named. */
  isDefault: boolean;
  /** Whether the first user of a tenant gets the role if no roles are named. */
  firstUserRole: boolean;
  /** 0 to `maxLevel`; smaller is more powerful. */
  level: number;
  permissionIds: string[];
  createdAt: Date;
  updatedAt: Date;
}

/** Compares roles or permissions by their keys, for a list that does not change its order from answer to answer. */
export const byKey = (one: { key: string }, other: { key: string }): number => (one.key < other.key ? -1 : 1);

/** Fields of a role that can be changed. Its permissions and its tenant have operations of their own. */
export type RoleChange = Partial<Pick<Role, 'key' | 'name' | 'description' | 'isDefault' | 'firstUserRole' | 'level'>>;

/** What roles can be sorted by. The last three are counts: of permissions, of members to whom the role was given, and of groups that have it. */
export const roleSortKeys = [
  ...['key', 'name', 'description', 'isDefault', 'firstUserRole', 'level', 'updatedAt', 'createdAt'],
  ...['permissions', 'userTenants', 'groups'],
] as const;

/** One of `roleSortKeys`. */
export type RoleSortKey = (typeof roleSortKeys)[number];

/** Which roles to list. A role has to match every condition that is set. */
export interface RoleFilter {
  /** Roles of the environment and of this tenant. Absent for those of all tenants. */
  visibleIn?: string;
  /** Own roles of these tenants. */
  tenantIds?: readonly string[];
  levels?: readonly number[];
  /** A part of the key or the name, in any letter case. */
  text?: string;
}

/** A part of a list of roles that is counted from its beginning. */
export interface RoleSearch extends RoleFilter {
  sortBy: RoleSortKey;
  descending: boolean;
  offset: number;
  limit: number;
}

/** Stores roles, the permissions in them, and who holds them. */
export interface RoleRepository {
  add(roles: readonly Role[]): Promise<void>;
  /** Returns those of the keys that a new role of this owner may not have: a tenant sees its own roles and those of the environment. */
  takenKeys(tenantId: string | null, keys: readonly string[]): Promise<{ id: string; key: string }[]>;
  /** Returns the roles in no particular order. */
  findMany(ids: readonly string[]): Promise<Role[]>;
  /** Returns all roles: first those of the environment, then by key. */
  all(filter: RoleFilter): Promise<Role[]>;
  search(search: RoleSearch): Promise<{ items: Role[]; total: number }>;
  /** Returns a page of the roles, oldest first. */
  list(filter: RoleFilter, page: PageRequest): Promise<Page<Role>>;
  count(filter: RoleFilter): Promise<number>;
  /** Returns the levels that matching roles have, smallest first. */
  levels(filter: RoleFilter): Promise<number[]>;
  /** Returns the tenants that have roles of their own, in the order of their ids. */
  tenants(): Promise<string[]>;
  /** Changes the given fields. False if there is no such role. */
  update(id: string, change: RoleChange, now: Date): Promise<boolean>;
  /** Removes the role, and takes it from everybody. False if there is no such role. */
  remove(id: string): Promise<boolean>;
  /** Removes the own roles of the tenant, and takes them from everybody. */
  removeAllOfTenant(tenantId: string): Promise<void>;
  /** Replaces the permissions in the role. */
  setPermissions(id: string, permissionIds: readonly string[], now: Date): Promise<void>;
  /** Adds the permission to the roles. Those that have it already stay as they are. */
  addPermission(permissionId: string, roleIds: readonly string[], now: Date): Promise<void>;
  /** Makes it a role of the tenant, or with null of the environment. Members and API tokens of other tenants lose it. */
  setTenant(id: string, tenantId: string | null, now: Date): Promise<void>;
  /** Gives the role to all members of the tenant, or with null of every tenant. */
  giveToAll(id: string, tenantId: string | null): Promise<void>;
  /** Gives the roles to a member of the tenant. Roles that the member holds already stay. */
  give(userId: string, tenantId: string, roleIds: readonly string[]): Promise<void>;
  /** Takes the roles from a member of the tenant. Roles that the member does not hold are left out. */
  take(userId: string, tenantId: string, roleIds: readonly string[]): Promise<void>;
  /** Returns what the user may do in the tenant. */
  rightsOf(userId: string, tenantId: string): Promise<Rights>;
  /** Returns the ids of the roles that the user holds in the tenant. */
  heldIn(userId: string, tenantId: string): Promise<string[]>;
  /** Returns what the user of the session may do in its tenant. */
  rightsInSession(sessionId: string): Promise<Rights>;
  /** Returns what the user of the refresh token with this hash may do in the tenant of its session. */
  rightsByRefreshToken(tokenHash: string): Promise<Rights>;
}
