import { isNotNull, isNull } from 'drizzle-orm';
import { firstFactors } from '../../domain/session/first-factor.ts';
import { absoluteTimeoutBounds, idleTimeoutBounds, maxSessionsBounds } from '../../domain/session/session-policy.ts';
import type { Kit } from '../kit.ts';
import { isBetween, isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';

/** Defines the tables of sessions, of their refresh tokens and of their limits. `owner` is explained at `definePolicy`. */
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
      // This is not a foreign key: the membership is checked when the session enters the tenant.
      requestedTenantId: k.string(),
      firstFactor: k.oneOf([...firstFactors]).notNull(),
      amr: k.json<string[]>().notNull(),
      secondFactorAt: k.instant(),
      mailboxProvenAt: k.instant(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      endedAt: k.instant(),
      // Null for sessions that were opened before these were kept.
      userAgent: k.string(),
      address: k.string(),
    },
    (t) => [
      k.index('sessions_by_user').on(t.userId),
      k.index('sessions_by_tenant').on(t.tenantId),
      k.index('sessions_by_end').on(t.expiresAt),
      k.index('sessions_by_early_end').on(t.endedAt),
      k.check('sessions_first_factor', isOneOf(t.firstFactor, firstFactors)),
    ],
  );

  // Replaced tokens are kept as long as their session, because the use of one is a sign of theft (RFC 9700 §4.14.2).
  const refreshTokens = k.table(
    'refresh_tokens',
    {
      tokenHash: k.id(),
      sessionId: k
        .string()
        .notNull()
        .references(() => sessions.id, { onDelete: 'cascade' }),
      // Null for the chain that the session has from its beginning. Rows of earlier releases are of that chain too.
      chainId: k.string(),
      forApplication: k.flag().notNull().default(false),
      createdAt: k.instant().notNull(),
      supersededAt: k.instant(),
      // The token itself for the seconds of the grace. After that only its hash is left.
      sealed: k.bytes(),
    },
    (t) => [
      // The newest one says when a session was last used, which an idle limit asks at every request.
      k.index('refresh_tokens_by_session').on(t.sessionId, t.createdAt),
      k.index('refresh_tokens_by_chain').on(t.chainId).where(isNotNull(t.chainId)),
      // A session that lasts for months has thousands of replaced tokens, and few that were not replaced.
      k.index('refresh_tokens_current').on(t.sessionId, t.createdAt).where(isNull(t.supersededAt)),
      // Only a few rows have a sealed copy at any time, so the index that finds them is small.
      k.index('refresh_tokens_sealed').on(t.createdAt).where(isNotNull(t.sealed)),
    ],
  );

  const sessionPolicies = k.table(
    'session_policies',
    {
      id: k.id(),
      owner: k.string().notNull(),
      tenantId: k.string().references(() => tenants.id, { onDelete: 'cascade' }),
      idleTimeoutEnabled: k.flag(),
      idleTimeoutSeconds: k.integer(),
      absoluteTimeoutEnabled: k.flag(),
      absoluteTimeoutSeconds: k.integer(),
      maxSessionsEnabled: k.flag(),
      maxSessions: k.integer(),
      createdAt: k.instant().notNull(),
      updatedAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('session_policies_by_owner').on(t.owner),
      k.index('session_policies_by_tenant').on(t.tenantId),
      k.check('session_policies_idle', isBetween(t.idleTimeoutSeconds, idleTimeoutBounds.minSeconds, idleTimeoutBounds.maxSeconds)),
      k.check('session_policies_absolute', isBetween(t.absoluteTimeoutSeconds, absoluteTimeoutBounds.minSeconds, absoluteTimeoutBounds.maxSeconds)),
      k.check('session_policies_max_sessions', isBetween(t.maxSessions, maxSessionsBounds.min, maxSessionsBounds.max)),
    ],
  );

  return { sessions, refreshTokens, sessionPolicies };
};

/** The tables that others refer to. */
export type SessionTables = ReturnType<typeof defineSession>;
