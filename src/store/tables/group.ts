import type { Kit } from '../kit.ts';
import type { DirectoryTables } from './directory.ts';
import type { RoleTables } from './role.ts';

/** Defines the tables of groups, of the roles in them and of their members. A membership that ends leaves all groups of its tenant. */
export const defineGroup = (k: Kit, { tenants, memberships }: DirectoryTables, { roles }: RoleTables) => {
  const groups = k.table(
    'groups',
    {
      id: k.id(),
      tenantId: k
        .string()
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      name: k.string().notNull(),
      color: k.string().notNull(),
      description: k.string().notNull(),
      metadata: k.string().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('groups_by_name').on(t.tenantId, t.name),
      k.index('groups_by_tenant').on(t.tenantId, t.createdAt, t.id),
      k.index('groups_by_creation').on(t.createdAt, t.id),
    ],
  );

  const groupId = () =>
    k
      .string()
      .notNull()
      .references(() => groups.id, { onDelete: 'cascade' });

  const groupRoles = k.table(
    'group_roles',
    {
      groupId: groupId(),
      roleId: k
        .string()
        .notNull()
        .references(() => roles.id, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.groupId, t.roleId] }), k.index('group_roles_by_role').on(t.roleId)],
  );

  const groupMembers = k.table('group_members', { groupId: groupId(), userId: k.string().notNull(), tenantId: k.string().notNull() }, (t) => [
    k.primaryKey({ columns: [t.groupId, t.userId] }),
    k.foreignKey({ columns: [t.userId, t.tenantId], foreignColumns: [memberships.userId, memberships.tenantId] }).onDelete('cascade'),
    k.index('group_members_by_membership').on(t.userId, t.tenantId),
  ]);

  return { groups, groupRoles, groupMembers };
};
