import type { Page, PageRequest } from '../page.ts';

/** Who may put a permission into a role of a tenant: nobody, everybody who makes roles, or it is in every such role by itself. */
export const assignmentTypes = ['NEVER', 'ALWAYS', 'ASSIGNABLE'] as const;
/** One of `assignmentTypes`. */
export type AssignmentType = (typeof assignmentTypes)[number];

/** What every key of a built-in permission begins with. No other permission may begin so. */
export const reservedPrefix = 'fe.';

/** Something that a role allows. This server checks the built-in ones; the others are for the operator's own software. */
export interface Permission {
  id: string;
  key: string;
  name: string;
  description: string;
  categoryId: string | null;
  /** A built-in permission cannot be changed or removed. */
  builtIn: boolean;
  assignmentType: AssignmentType;
  createdAt: Date;
  updatedAt: Date;
}

/** Fields of a permission that can be changed. */
export type PermissionChange = Partial<Pick<Permission, 'key' | 'name' | 'description' | 'categoryId'>>;

/** A group of permissions, to show them in order. */
export interface PermissionCategory {
  id: string;
  name: string;
  /** Null if none was given. */
  description: string | null;
  builtIn: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** Fields of a category that can be changed. */
export type PermissionCategoryChange = Partial<Pick<PermissionCategory, 'name' | 'description'>>;

/** Stores permissions and their categories. Keys of permissions and names of categories are unique. */
export interface PermissionRepository {
  /** Adds the permissions. They must have unused keys. */
  add(permissions: readonly Permission[]): Promise<void>;
  findMany(ids: readonly string[]): Promise<Permission[]>;
  findByKeys(keys: readonly string[]): Promise<Permission[]>;
  /** Returns all permissions in the order of their keys. */
  all(): Promise<Permission[]>;
  /** Returns a page of the permissions, oldest first. */
  list(page: PageRequest): Promise<Page<Permission>>;
  count(): Promise<number>;
  /** Returns the ids of the permissions with this assignment type. */
  idsAssigned(type: AssignmentType): Promise<string[]>;
  /** Returns which roles each of the permissions is in, in the order of the roles. */
  rolesOf(permissionIds: readonly string[]): Promise<{ permissionId: string; roleId: string }[]>;
  /** Changes the given fields. False if there is no such permission. */
  update(id: string, change: PermissionChange, now: Date): Promise<boolean>;
  classify(ids: readonly string[], type: AssignmentType, now: Date): Promise<void>;
  /** Removes the permission from all roles and at all. False if there is no such permission. */
  remove(id: string): Promise<boolean>;

  /** Returns all categories in the order of their names. */
  categories(): Promise<PermissionCategory[]>;
  findCategories(ids: readonly string[]): Promise<PermissionCategory[]>;
  /** Adds the category. False if its name is taken. */
  addCategory(category: PermissionCategory): Promise<boolean>;
  /** Returns the id of the category with this name. */
  categoryNamed(name: string): Promise<string | null>;
  /** Changes the given fields. False if there is no such category. */
  updateCategory(id: string, change: PermissionCategoryChange, now: Date): Promise<boolean>;
  /** Removes the category. Its permissions stay, without one. False if there is no such category. */
  removeCategory(id: string): Promise<boolean>;
}
