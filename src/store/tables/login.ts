import { attemptsPerChallenge, challengePurposes } from '../../domain/login/challenge.ts';
import { firstFactors } from '../../domain/session/first-factor.ts';
import type { Kit } from '../kit.ts';
import { isBetween, isOneOf } from './checks.ts';
import type { DirectoryTables } from './directory.ts';
import type { SessionTables } from './session.ts';

/** Defines the table of challenges: logins and step-ups that wait for their second factor. */
export const defineLogin = (k: Kit, { tenants, users }: DirectoryTables, { sessions }: SessionTables) => {
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
      // No reference: a login whose link has ended meanwhile is told from one that brought none.
      invitationLinkId: k.string(),
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

  return { challenges };
};
