import type { Caller } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { codeOwner } from '../../domain/authenticator/one-time-code.ts';
import type { StrategyRegistry } from '../../domain/authenticator/strategy.ts';
import type { User } from '../../domain/directory/user.ts';
import { DomainError, fail, withEventFields } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import { enrollableFirst } from '../../domain/policy/resolve.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { refuseTooMany } from '../authenticator/authenticators.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { Challenges } from '../login/challenges.ts';
import type { LoginGate } from '../login/gate.ts';
import type { MailboxProof } from '../session/mailbox-proof.ts';
import type { RecentFactor } from '../session/recent-factor.ts';

/**
 * For whom to enroll: the user of a login that waits for its first authenticator, or the user behind the access token. `userId`
 * names the user for an environment token. The token of a user reaches that user only.
 */
export type EnrollmentTarget = { mfaToken: string } | { userId: string | null };

/** A user, and the strategies that may be enrolled for them now. */
export interface EnrollmentAllowed<Name extends StrategyName = StrategyName> {
  user: User;
  /** The tenant whose settings apply. */
  tenantId: string;
  /** Null outside of a login. */
  challenge: LoginChallenge | null;
  /** Those of the wanted strategies that may be enrolled, at least one. */
  strategies: Name[];
  enrolled: Authenticator[];
  /** What an enrollment started for this target counts for, as `codeOwner` spells it. */
  owner: string;
}

interface Needs {
  registry: StrategyRegistry;
  users: Users;
  gate: LoginGate;
  challenges: Challenges;
  recentFactor: RecentFactor;
  mailboxProof: MailboxProof;
}

/** The service that `createEnrollmentRules` creates. */
export type EnrollmentRules = ReturnType<typeof createEnrollmentRules>;

/**
 * Returns the strategy that a refusal is about. Null if it may be any of several, so that the event does not name one that nobody
 * requested.
 */
export const singleOrNull = (strategies: readonly StrategyName[]): StrategyName | null => (strategies.length === 1 ? (strategies[0] ?? null) : null);

/** Creates the rules that decide who may enroll which strategies. */
export function createEnrollmentRules({ registry, users, gate, challenges, recentFactor, mailboxProof }: Needs) {
  /** Returns those of the wanted strategies that are offered and can be enrolled. */
  const openStrategies = <Name extends StrategyName>(wanted: readonly Name[], offered: readonly StrategyName[]): Name[] =>
    wanted.filter((strategy) => offered.includes(strategy) && registry[strategy].enrollment !== null);

  /**
   * Returns what may be enrolled at a login. A user who has a factor must verify it instead, because a password alone must not open
   * a second way in.
   */
  const atLogin = async <Name extends StrategyName>(mfaToken: string, wanted: readonly Name[]): Promise<EnrollmentAllowed<Name>> => {
    const { challenge, user, enrolled } = await challenges.open(mfaToken);
    const { tenantId } = challenge;
    const strategies = openStrategies(wanted, enrollableFirst(await gate.offeredIn(tenantId, challenge.firstFactor, user)));
    return withEventFields({ userId: user.id, tenantId, strategy: singleOrNull(wanted) ?? singleOrNull(strategies) }, async () => {
      // The mfaToken of a step-up must not enroll an authenticator, not even for a user who has lost all others in the meantime.
      if (challenge.purpose !== 'LOGIN')
        throw new DomainError('CHALLENGE_EXPIRED').about({ reason: 'WRONG_PURPOSE', strategy: singleOrNull(wanted) });
      if (enrolled.length > 0) fail('ALREADY_ENROLLED');
      if (strategies.length === 0) fail('STRATEGY_INACTIVE');
      return { user, tenantId, challenge, strategies, enrolled, owner: codeOwner.enrollmentAtLogin(challenge.id) };
    });
  };

  /** Returns what may be enrolled in a session or by an environment token. */
  const inSession = async <Name extends StrategyName>(
    caller: Caller,
    userId: string | null,
    wanted: readonly Name[],
  ): Promise<EnrollmentAllowed<Name>> => {
    const { user, tenantId } = await targetUserOf(users, caller.actor, userId);
    return withEventFields({ userId: user.id }, async () => {
      await recentFactor.requireRecentFactor(caller);
      await mailboxProof.requireMailboxProof(caller.actor);
      const { offered, enrolled } = await gate.mfaStateOf(user, tenantId, 'PASSWORD');
      const strategies = openStrategies(wanted, offered);
      return withEventFields({ strategy: singleOrNull(wanted) ?? singleOrNull(strategies) }, async () => {
        if (strategies.length === 0) fail('STRATEGY_INACTIVE');
        for (const strategy of strategies) refuseTooMany(enrolled, strategy);
        return { user, tenantId, challenge: null, strategies, enrolled, owner: codeOwner.enrollment(user.id) };
      });
    });
  };

  return {
    /**
     * Returns which of the wanted strategies may be enrolled, at least one. Errors: at a login `CHALLENGE_EXPIRED`,
     * `ACCOUNT_LOCKED`, `ALREADY_ENROLLED`; in a session `USER_NOT_FOUND`, `STEP_UP_REQUIRED`,
     * `MAILBOX_PROOF_REQUIRED`, `FACTOR_LIMIT_REACHED`; in both
     * `STRATEGY_INACTIVE`.
     */
    requireAllowed: <Name extends StrategyName>(
      caller: Caller,
      target: EnrollmentTarget,
      wanted: readonly Name[],
    ): Promise<EnrollmentAllowed<Name>> =>
      withEventFields({ strategy: singleOrNull(wanted) }, () =>
        'mfaToken' in target ? atLogin(target.mfaToken, wanted) : inSession(caller, target.userId, wanted),
      ),
  };
}
