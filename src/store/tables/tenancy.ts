import type { RoleKey } from '../../domain/access/role.ts';
import type { MfaConfiguration } from '../../domain/environment/environment.ts';
import { sameSiteValues } from '../../domain/environment/environment.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';

/** The value of every column that can hold one row at most. */
export const only = { environment: 'environment', firstKey: 'first' } as const;

/** The environment, its keys, its tenants and their people. */
export const defineTenancy = (k: Kit) => {
  const environments = k.table(
    'environments',
    {
      // A second environment would need a second slot: of several instances starting at once one inserts, the others conflict.
      slot: k.oneOf([only.environment]).primaryKey(),
      id: k.string().notNull(),
      name: k.string().notNull(),
      clientId: k.string().notNull(),
      secretDigest: k.string().notNull(),
      accessTokenLifetimeSeconds: k.integer().notNull(),
      refreshTokenLifetimeSeconds: k.integer().notNull(),
      cookieSameSite: k.oneOf([...sameSiteValues]).notNull(),
      emailCodeLogin: k.flag().notNull().default(false),
      // Three columns, not one: a change to one object must not write back what another request changed in the next.
      mfaAuthenticatorApp: k.json<MfaConfiguration['authenticatorApp']>().notNull(),
      mfaSms: k.json<MfaConfiguration['sms']>().notNull(),
      mfaEmail: k.json<MfaConfiguration['email']>().notNull(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.check('environments_slot', isOneOf(t.slot, [only.environment])),
      k.check('environments_cookie_same_site', isOneOf(t.cookieSameSite, sameSiteValues)),
    ],
  );

  const signingKeys = k.table(
    'signing_keys',
    {
      id: k.id(),
      sealedPrivateKey: k.bytes().notNull(),
      publicJwk: k.json<Record<string, string>>().notNull(),
      /** Set on the first key alone; unique, so that a second first key conflicts. */
      first: k.oneOf([only.firstKey]),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.uniqueIndex('signing_keys_first').on(t.first), k.check('signing_keys_first_value', isOneOf(t.first, [only.firstKey]))],
  );

  const tenants = k.table(
    'tenants',
    { id: k.id(), name: k.string().notNull(), createdAt: k.instant().notNull(), updatedAt: k.instant().notNull() },
    (t) => [k.index('tenants_by_creation').on(t.createdAt, t.id)],
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

  /** Apart from the users, so that no query for a user reads a hash. */
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
      roles: k.json<RoleKey[]>().notNull(),
      createdAt: k.instant().notNull(),
    },
    (t) => [k.primaryKey({ columns: [t.userId, t.tenantId] }), k.index('memberships_by_tenant').on(t.tenantId)],
  );

  return { environments, signingKeys, tenants, users, passwordCredentials, memberships };
};

export type Tenancy = ReturnType<typeof defineTenancy>;
