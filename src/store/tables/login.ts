import { strategyNames } from '../../domain/authenticator/strategy.ts';
import { attemptsPerChallenge, challengePurposes } from '../../domain/login/challenge.ts';
import { firstFactors } from '../../domain/policy/resolve.ts';
import type { Kit } from '../kit.ts';
import { isBetween, isOneOf } from './checks.ts';
import type { Tenancy } from './tenancy.ts';

/** Logins waiting for their second factor, and those completed. */
export const defineLogin = (k: Kit, { tenants, users }: Tenancy) => {
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

  const challenges = k.table(
    'challenges',
    {
      id: k.id(),
      tokenHash: k.string().notNull(),
      userId: userId(),
      tenantId: tenantId(),
      purpose: k.oneOf([...challengePurposes]).notNull(),
      firstFactor: k.oneOf([...firstFactors]).notNull(),
      sessionId: k.string().references(() => sessions.id, { onDelete: 'cascade' }),
      attempts: k.integer().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
      consumedAt: k.instant(),
    },
    (t) => [
      k.uniqueIndex('challenges_by_token').on(t.tokenHash),
      k.index('challenges_by_user').on(t.userId),
      k.index('challenges_by_tenant').on(t.tenantId),
      k.index('challenges_by_session').on(t.sessionId),
      k.index('challenges_by_end').on(t.expiresAt),
      k.check('challenges_purpose', isOneOf(t.purpose, challengePurposes)),
      k.check('challenges_first_factor', isOneOf(t.firstFactor, firstFactors)),
      k.check('challenges_attempts', isBetween(t.attempts, 0, attemptsPerChallenge)),
    ],
  );

  const oneTimeCodes = k.table(
    'one_time_codes',
    {
      id: k.id(),
      tokenHash: k.string().notNull(),
      owner: k.string().notNull(),
      userId: k
        .string()
        .notNull()
        .references(() => users.id, { onDelete: 'cascade' }),
      strategy: k.oneOf([...strategyNames]).notNull(),
      sealed: k.bytes().notNull(),
      createdAt: k.instant().notNull(),
      expiresAt: k.instant().notNull(),
    },
    (t) => [
      k.uniqueIndex('one_time_codes_by_owner').on(t.owner, t.strategy),
      k.uniqueIndex('one_time_codes_by_token').on(t.tokenHash),
      k.index('one_time_codes_by_user').on(t.userId),
      k.index('one_time_codes_by_end').on(t.expiresAt),
      k.check('one_time_codes_strategy', isOneOf(t.strategy, strategyNames)),
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

  return { challenges, oneTimeCodes, sessions, refreshTokens };
};
