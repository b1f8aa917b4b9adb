import { sql } from 'drizzle-orm';
import type { Kit } from '../kit.ts';

/** Defines the tables of tenants, users, passwords and memberships. */
export const defineDirectory = (k: Kit) => {
  const tenants = k.table(
    'tenants',
    { id: k.id(), name: k.string().notNull(), createdAt: k.instant().notNull(), updatedAt: k.instant().notNull() },
    (t) => [k.index('tenants_by_creation').on(t.createdAt, t.id), k.index('tenants_by_folded_id').on(sql`lower(${t.id})`)],
  );

  const users = k.table(
    'users',
    {
      id: k.id(),
      email: k.string().notNull(),
      emailNormalized: k.string().notNull(),
      name: k.string().notNull(),
      profilePictureUrl: k.string(),
      phoneNumber: k.string(),
      externalId: k.string(),
      metadata: k.string().notNull(),
      vendorMetadata: k.string().notNull(),
      verified: k.flag().notNull(),
      mfaBypass: k.flag().notNull(),
      locked: k.flag().notNull(),
      activeTenantId: k
        .string()
        .notNull()
        .references(() => tenants.id),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
      lastLoginAt: k.instant(),
    },
    (t) => [
      k.uniqueIndex('users_by_email').on(t.emailNormalized),
      k.index('users_by_creation').on(t.createdAt, t.id),
      k.index('users_by_active_tenant').on(t.activeTenantId),
    ],
  );

  // Passwords have a table of their own, so that queries for users never read a hash.
  const passwordCredentials = k.table('password_credentials', {
    userId: k.id().references(() => users.id, { onDelete: 'cascade' }),
    hash: k.string().notNull(),
  });

  const memberships = k.table(
    'memberships',
    {
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      tenantId: k
        .string()
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.userId, t.tenantId] }), k.index('memberships_by_tenant').on(t.tenantId)],
  );

  return { tenants, users, passwordCredentials, memberships };
};

/** The tables that others refer to. */
export type DirectoryTables = ReturnType<typeof defineDirectory>;
