import type { User } from '../directory/user.ts';
import type { Page, PageRequest } from '../page.ts';

/** Most characters of the name of a group. */
export const maxGroupNameCharacters = 255;
/** Most characters of a color, which is any text that front ends understand. */
export const maxColorCharacters = 64;
/** Most characters of the description of a group. */
export const maxGroupDescriptionCharacters = 1024;
/** Most groups of a tenant. */
export const maxGroupsOfTenant = 1000;
/** Most users or roles that one call adds to a group or removes from it, and most groups that one call names. */
export const maxOfAGroupCall = 200;

/** A named set of members of a tenant. Its roles are held by every member of it while the environment lets groups and their roles count. */
export interface Group {
  id: string;
  tenantId: string;
  /** Unique in the tenant. */
  name: string;
  color: string;
  description: string;
  /** An object as JSON text. */
  metadata: string;
  roleIds: string[];
  createdAt: Date;
  updatedAt: Date;
}

/** Fields of a group that can be changed. Its roles and members have operations of their own. */
export type GroupChange = Partial<Pick<Group, 'name' | 'color' | 'description' | 'metadata'>>;

/** What groups can be sorted by. */
export const groupSortKeys = ['id', 'name', 'createdAt', 'updatedAt'] as const;
/** One of `groupSortKeys`. */
export type GroupSortKey = (typeof groupSortKeys)[number];

/** A part of a list of groups that is counted from its beginning. */
export interface GroupSearch {
  /** Null for the groups of all tenants. */
  tenantId: string | null;
  sortBy: GroupSortKey;
  descending: boolean;
  offset: number;
  limit: number;
}

/** A member of a group. */
export interface GroupMember {
  groupId: string;
  user: User;
  /** Whether the member was invited to the tenant and has not accepted yet. */
  pending: boolean;
}

/** Stores groups, the roles in them and their members. */
export interface GroupRepository {
  /** Adds a group without roles and members. */
  add(group: Group): Promise<void>;
  /** Returns the groups in no particular order. */
  findMany(ids: readonly string[]): Promise<Group[]>;
  /** Returns the group of the tenant that has this name, or null. */
  findByName(tenantId: string, name: string): Promise<Group | null>;
  search(search: GroupSearch): Promise<{ items: Group[]; total: number }>;
  /** Returns a page of the groups of the tenant, or with null of all tenants, oldest first. */
  list(tenantId: string | null, page: PageRequest): Promise<Page<Group>>;
  count(tenantId: string | null): Promise<number>;
  update(id: string, change: GroupChange, now: Date): Promise<void>;
  /** Removes the group. False if there is none. */
  remove(id: string): Promise<boolean>;
  addRoles(id: string, roleIds: readonly string[], now: Date): Promise<void>;
  removeRoles(id: string, roleIds: readonly string[], now: Date): Promise<void>;
  /** Adds members of its tenant to the group. Those who are in it already change nothing. */
  addMembers(group: Pick<Group, 'id' | 'tenantId'>, userIds: readonly string[], now: Date): Promise<void>;
  removeMembers(id: string, userIds: readonly string[], now: Date): Promise<void>;
  /** Returns the members of the groups in the order of their creation, or only those who are not invisible. */
  members(ids: readonly string[], visibleOnly: boolean): Promise<GroupMember[]>;
  /** Returns a page of the members of the group, oldest user first. */
  listMembers(id: string, visibleOnly: boolean, page: PageRequest): Promise<Page<User>>;
  countMembers(id: string, visibleOnly: boolean): Promise<number>;
  /** Removes every group of the tenant. */
  removeAllOfTenant(tenantId: string): Promise<void>;
}
