import { apiTokenKinds } from '../../domain/token/api-token.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';
import type { RoleTables } from './role.ts';

/** Defines the tables of API tokens, of what they may do, and of their refresh tokens. */
export const defineToken = (k: Kit, { tenants, users }: DirectoryTables, { roles, permissions }: RoleTables) => {
  const apiTokens = k.table(
    'api_tokens',
    {
      id: k.id(),
      kind: k.oneOf([...apiTokenKinds]).notNull(),
      tenantId: k
        .string()
        .notNull()
        .references(() => tenants.id, { onDelete: 'cascade' }),
      userId: k.string().references(() => users.id, { onDelete: 'cascade' }),
      createdByUserId: k.string().references(() => users.id, { onDelete: 'set null' }),
      secretDigest: k.string(),
      description: k.string().notNull(),
      metadata: k.string().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant(),
      // When an exchange of the credentials was last written into the audit trail.
      usedAt: k.instant(),
    },
    (t) => [
      k.index('api_tokens_by_tenant').on(t.tenantId, t.userId, t.kind, t.createdAt, t.id),
      k.index('api_tokens_by_user').on(t.userId, t.createdAt, t.id),
      k.index('api_tokens_by_creator').on(t.createdByUserId),
      k.index('api_tokens_by_kind').on(t.kind, t.id),
      k.index('api_tokens_by_end').on(t.expiresAt),
      k.check('api_tokens_kind', isOneOf(t.kind, apiTokenKinds)),
    ],
  );

  const apiTokenRoles = k.table(
    'api_token_roles',
    {
      apiTokenId: k
        .string()
        .notNull()
        .references(() => apiTokens.id, { onDelete: 'cascade' }),
      roleId: k
        .string()
        .notNull()
        .references(() => roles.id, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.apiTokenId, t.roleId] }), k.index('api_token_roles_by_role').on(t.roleId)],
  );

  const apiTokenPermissions = k.table(
    'api_token_permissions',
    {
      apiTokenId: k
        .string()
        .notNull()
        .references(() => apiTokens.id, { onDelete: 'cascade' }),
      permissionId: k
        .string()
        .notNull()
        .references(() => permissions.id, { onDelete: 'cascade' }),
    },
    (t) => [k.primaryKey({ columns: [t.apiTokenId, t.permissionId] }), k.index('api_token_permissions_by_permission').on(t.permissionId)],
  );

  const apiTokenRefreshes = k.table(
    'api_token_refreshes',
    {
      tokenHash: k.string().primaryKey(),
      apiTokenId: k
        .string()
        .notNull()
        .references(() => apiTokens.id, { onDelete: 'cascade' }),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [
      k.index('api_token_refreshes_by_token').on(t.apiTokenId, t.createdAt, t.tokenHash),
      k.index('api_token_refreshes_by_end').on(t.expiresAt),
    ],
  );

  return { apiTokens, apiTokenRoles, apiTokenPermissions, apiTokenRefreshes };
};
