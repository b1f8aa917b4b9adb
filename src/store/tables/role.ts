import { assignmentTypes } from '../../domain/role/permission.ts';
import { maxLevel } from '../../domain/role/role.ts';
import type { Kit } from '../kit.ts';
import { isBetween, isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/**
 * Defines the tables of roles, permissions and their categories, and of who holds which role. The first migration that has them writes
 * the built-in ones, so they are written once for each database, and what an operator removes stays removed.
 */
export const defineRole = (k: Kit, { tenants, memberships }: DirectoryTables) => {
  const roles = k.table(
    'roles',
    {
      id: k.id(),
      // `tenantId` as a text that is never null, because an index on it would allow the environment one key several times.
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      key: k.string().notNull(),
      name: k.string().notNull(),
      description: k.string().notNull(),
      isDefault: k.flag().notNull(),
      firstUserRole: k.flag().notNull(),
      level: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('roles_by_owner').on(t.owner, t.key),
      k.index('roles_by_key').on(t.key),
      k.index('roles_by_tenant').on(t.tenantId),
      k.index('roles_by_creation').on(t.createdAt, t.id),
      k.check('roles_level', isBetween(t.level, 0, maxLevel)),
    ],
  );

  const permissionCategories = k.table(
    'permission_categories',
    {
      id: k.id(),
      name: k.string().notNull(),
      description: k.string(),
      builtIn: k.flag().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('permission_categories_by_name').on(t.name)],
  );

  const permissions = k.table(
    'permissions',
    {
      id: k.id(),
      key: k.string().notNull(),
      name: k.string().notNull(),
      description: k.string().notNull(),
      categoryId: k.string().references(() => permissionCategories.id, { onDelete: 'set null' }),
      builtIn: k.flag().notNull(),
      assignmentType: k.oneOf([...assignmentTypes]).notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('permissions_by_key').on(t.key),
      k.index('permissions_by_category').on(t.categoryId),
      k.index('permissions_by_creation').on(t.createdAt, t.id),
      k.index('permissions_by_assignment_type').on(t.assignmentType),
      k.check('permissions_assignment_type', isOneOf(t.assignmentType, assignmentTypes)),
    ],
  );

  const rolePermissions = k.table(
    'role_permissions',
    {
      roleId: k
        .string()
        .notNull()
        .references(() => roles.id, { onDelete: 'cascade' }),
      permissionId: k
        .string()
        .notNull()
        .references(() => permissions.id, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.roleId, t.permissionId] }), k.index('role_permissions_by_permission').on(t.permissionId)],
  );

  const membershipRoles = k.table(
    'membership_roles',
    {
      userId: k.string().notNull(),
      tenantId: k.string().notNull(),
      roleId: k
        .string()
        .notNull()
        .references(() => roles.id, { onDelete: 'cascade' }),
    },
    (t) => [
      k.primaryKey({ columns: [t.userId, t.tenantId, t.roleId] }),
      k.foreignKey({ columns: [t.userId, t.tenantId], foreignColumns: [memberships.userId, memberships.tenantId] }).onDelete('cascade'),
      k.index('membership_roles_by_role').on(t.roleId, t.tenantId),
    ],
  );

  return { roles, permissionCategories, permissions, rolePermissions, membershipRoles };
};

/** The tables of `defineRole`. */
export type RoleTables = ReturnType<typeof defineRole>;
