import { attemptsPerToken, tokenPurposes } from '../../domain/account/user-token.ts';
import type { Kit } from '../kit.ts';
import { isBetween } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the table of single-use tokens for activation, password reset, invitations and login by e-mail code. */
export const defineAccount = (k: Kit, { tenants, users }: DirectoryTables) => {
  const userTokens = k.table(
    'user_tokens',
    {
      id: k.id(),
      purpose: k.oneOf([...tokenPurposes]).notNull(),
      subject: k.string().notNull(),
      userId: k.string().references(() => users.id, { onDelete: 'cascade' }),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      tokenHash: k.string().notNull(),
      codeDigest: k.string(),
      attempts: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('user_tokens_by_subject').on(t.subject, t.purpose),
      k.uniqueIndex('user_tokens_by_token').on(t.tokenHash),
      k.index('user_tokens_by_user').on(t.userId),
      k.index('user_tokens_by_tenant').on(t.tenantId),
      k.index('user_tokens_by_end').on(t.expiresAt),
      // There is no check of the purpose: SQLite would copy the table whenever a release adds one.
      k.check('user_tokens_attempts', isBetween(t.attempts, 0, attemptsPerToken)),
    ],
  );
  return { userTokens };
};
