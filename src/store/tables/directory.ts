import type { Column, SQL } from 'drizzle-orm';
import { isNotNull, sql } from 'drizzle-orm';
import type { Kit } from '../kit.ts';

/**
 * What lists by the last login are ordered by. The two databases do not agree on the place of null, so that who never logged in counts as
 * logged in at the beginning of time. There is no comma in it, because drizzle-kit takes one for the end of the expression.
 */
export const lastLoginPlace = (lastLoginAt: Column, epoch: SQL): SQL => sql`(case when ${lastLoginAt} is null then ${epoch} else ${lastLoginAt} end)`;

/** Defines the tables of tenants, users, passwords and memberships. */
export const defineDirectory = (k: Kit) => {
  const tenants = k.table(
    'tenants',
    {
      id: k.id(),
      name: k.string().notNull(),
      metadata: k.string().notNull().default('{}'),
      creatorName: k.string(),
      creatorEmail: k.string(),
      website: k.string(),
      applicationUrl: k.string(),
      logo: k.string(),
      logoUrl: k.string(),
      address: k.string(),
      timezone: k.string(),
      dateFormat: k.string(),
      timeFormat: k.string(),
      currency: k.string(),
      status: k.string(),
      alias: k.string(),
      isReseller: k.flag().notNull().default(false),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
      // Set while the tenant is being deleted: nobody finds it any more, and the row waits for the users who were in it alone.
      deletedAt: k.instant(),
    },
    (t) => [
      k.index('tenants_by_creation').on(t.createdAt, t.id),
      k.index('tenants_by_folded_id').on(sql`lower(${t.id})`),
      k.index('tenants_by_name').on(sql`lower(${t.name})`, t.id),
      k.index('tenants_by_alias').on(t.alias),
      k.index('tenants_being_deleted').on(t.deletedAt).where(isNotNull(t.deletedAt)),
    ],
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
      superUser: k.flag().notNull().default(false),
      invisible: k.flag().notNull().default(false),
      activeTenantId: k
        .string()
        .notNull()
        .references(() => tenants.id),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
      lastLoginAt: k.instant(),
      firstLoginAt: k.instant(),
      heldFactorAt: k.instant(),
      exemptUntil: k.instant(),
    },
    (t) => [
      k.uniqueIndex('users_by_email').on(t.emailNormalized),
      k.index('users_by_creation').on(t.createdAt, t.id),
      k.index('users_by_name').on(sql`lower(${t.name})`, t.id),
      k.index('users_by_verified').on(t.verified, t.id),
      k.index('users_by_locked').on(t.locked, t.id),
      k.index('users_by_last_login').on(lastLoginPlace(t.lastLoginAt, k.epoch), t.id),
      // Reminders follow people in the order of their first logins.
      k.index('users_by_first_login').on(t.firstLoginAt, t.id).where(isNotNull(t.firstLoginAt)),
      k.index('users_by_external_id').on(t.externalId),
      k.index('users_by_phone_number').on(t.phoneNumber),
      k.index('users_by_active_tenant').on(t.activeTenantId, t.id),
    ],
  );

  // Addresses besides the primary one, which is in the row of the user. Each user has an address once. Several may have it unverified, so
  // that nobody keeps it from its owner.
  const userEmails = k.table(
    'user_emails',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      email: k.string().notNull(),
      emailNormalized: k.string().notNull(),
      verified: k.flag().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('user_emails_by_user').on(t.userId, t.emailNormalized),
      k.uniqueIndex('user_emails_taken').on(t.emailNormalized).where(sql`${t.verified}`),
      k.index('user_emails_by_address').on(t.emailNormalized, t.id),
    ],
  );

  // Numbers to log in by. Several users may have a number unverified, so that nobody keeps it from its owner.
  const userPhones = k.table(
    'user_phones',
    {
      id: k.id(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      phoneNumber: k.string().notNull(),
      verified: k.flag().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('user_phones_by_user').on(t.userId, t.phoneNumber),
      k.uniqueIndex('user_phones_taken').on(t.phoneNumber).where(sql`${t.verified}`),
      k.index('user_phones_by_number').on(t.phoneNumber, t.id),
    ],
  );

  const usernames = k.table(
    'usernames',
    {
      userId: k.id().references(() => users.id, { onDelete: 'cascade' }),
      username: k.string().notNull(),
      usernameFolded: k.string().notNull(),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('usernames_by_name').on(t.usernameFolded)],
  );

  // Passwords have a table of their own, so that queries for users never read a hash.
  const passwordCredentials = k.table('password_credentials', {
    userId: k.id().references(() => users.id, { onDelete: 'cascade' }),
    hash: k.string().notNull(),
    // Null for passwords of earlier releases, whose age nobody knows.
    changedAt: k.instant(),
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
      pending: k.flag().notNull().default(false),
      disabled: k.flag().notNull().default(false),
      expiresAt: k.instant(),
      enteredAt: k.instant(),
    },
    (t) => [
      k.primaryKey({ columns: [t.userId, t.tenantId] }),
      k.index('memberships_by_tenant').on(t.tenantId, t.createdAt),
      k.index('memberships_by_member').on(t.tenantId, t.userId),
      k.index('memberships_by_end').on(t.expiresAt).where(isNotNull(t.expiresAt)),
    ],
  );

  return { tenants, users, userEmails, userPhones, usernames, passwordCredentials, memberships };
};

/** The tables that others refer to. */
export type DirectoryTables = ReturnType<typeof defineDirectory>;
