import { firstFactors } from '../../domain/session/first-factor.ts';
import type { Kit } from '../kit.ts';
import { isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Completed logins and the refresh tokens that belong to them. */
export const defineSession = (k: Kit, { tenants, users }: DirectoryTables) => {
  const userId = () =>
    k
      .string()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' });

  const tenantId = () =>
    k
      .string()
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' });

  const sessions = k.table(
    'sessions',
    {
      id: k.id(),
      userId: userId(),
      tenantId: tenantId(),
      // No reference: it is a wish, held against the memberships when it is granted.
      requestedTenantId: k.string(),
      firstFactor: k.oneOf([...firstFactors]).notNull(),
      amr: k.json<string[]>().notNull(),
      secondFactorAt: k.instant(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      endedAt: k.instant(),
    },
    (t) => [
      k.index('sessions_by_user').on(t.userId),
      k.index('sessions_by_tenant').on(t.tenantId),
      k.index('sessions_by_end').on(t.expiresAt),
      k.check('sessions_first_factor', isOneOf(t.firstFactor, firstFactors)),
    ],
  );

  /** Superseded ones stay as long as their session: presenting one is the sign of a theft (RFC 9700 §4.14.2). */
  const refreshTokens = k.table(
    'refresh_tokens',
    {
      tokenHash: k.id(),
      sessionId: k
        .string()
        .notNull()
        .references(() => sessions.id, { onDelete: 'cascade' }),
      createdAt: k.instant().notNull(),
      supersededAt: k.instant(),
    },
    (t) => [k.index('refresh_tokens_by_session').on(t.sessionId)],
  );

  return { sessions, refreshTokens };
};

export type SessionTables = ReturnType<typeof defineSession>;
