import type { Actor, Origin } from '../../domain/access/actor.ts';
import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import { DomainError, fail } from '../../domain/errors.ts';
import { enrollableFirst } from '../../domain/policy/resolve.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import { refuseTooMany } from '../authenticator/factors.ts';
import type { TargetUser } from '../directory/target-user.ts';
import { targetUserOf } from '../directory/target-user.ts';
import type { Users } from '../directory/users.ts';
import type { Challenges, OpenChallenge } from '../login/challenges.ts';
import type { SecondFactor } from '../login/gate.ts';
import type { RecentFactor } from '../session/recent-factor.ts';

interface Needs {
  registry: StrategyRegistry;
  users: Users;
  secondFactor: SecondFactor;
  challenges: Challenges;
  recentFactor: RecentFactor;
  audit: Audit;
}

export type EnrollmentGate = ReturnType<typeof createEnrollmentGate>;

/** Who may enroll which factors, now. `names` are the strategies that would do; the answer has those that are open, at least one. */
export function createEnrollmentGate({ registry, users, secondFactor, challenges, recentFactor, audit }: Needs) {
  const openOf = <Name extends StrategyName>(names: readonly Name[], offered: readonly StrategyName[]): Name[] =>
    names.filter((name) => offered.includes(name) && registry[name].enrollment !== null);

  /** What a refusal is about; null while it may be any of several kinds, so that the trail names none that nobody asked for. */
  const theOnly = (names: readonly StrategyName[]): StrategyName | null => (names.length === 1 ? (names[0] ?? null) : null);

  return {
    /**
     * During a login, for the first factor. A password alone must not open a second way in: who has a factor verifies it
     * instead. Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`.
     */
    async atLogin<Name extends StrategyName>(
      mfaToken: string,
      names: readonly Name[],
      origin: Origin,
    ): Promise<OpenChallenge & { names: Name[]; owner: string }> {
      const known: Facts = { strategy: theOnly(names) };
      return audit.refusals('MFA_FAILED', origin, known, async () => {
        const open = await challenges.open(mfaToken, known);
        // A token that raises a session must not bind a factor to its user, not even one who has lost the others meanwhile.
        if (open.challenge.purpose !== 'LOGIN') {
          throw new DomainError('CHALLENGE_EXPIRED').about({ reason: 'WRONG_PURPOSE' });
        }
        const wanted = openOf(names, enrollableFirst(open.offered));
        known.strategy ??= theOnly(wanted);
        if (open.enrolled.length > 0) fail('ALREADY_ENROLLED');
        if (wanted.length === 0) fail('STRATEGY_INACTIVE');
        return { ...open, names: wanted, owner: `challenge:${open.challenge.id}` };
      });
    },

    /**
     * Outside of a login, by the user or by an environment token for one it names.
     * Errors: `USER_NOT_FOUND`, `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`.
     */
    async inSession<Name extends StrategyName>(
      asking: Actor,
      userId: string | null,
      names: readonly Name[],
      origin: Origin,
    ): Promise<TargetUser & { names: Name[]; enrolled: Authenticator[]; owner: string }> {
      const known: Facts = { actor: asking, tenantId: asking.kind === 'NOBODY' ? null : asking.tenantId, strategy: theOnly(names) };
      return audit.refusals('MFA_FAILED', origin, known, async () => {
        const subject = await targetUserOf(users, asking, userId);
        known.userId = subject.user.id;
        await recentFactor.requireRecentFactor({ actor: subject.actor, origin });
        const { offered, enrolled } = await secondFactor.situationOf(subject.user.id, subject.tenantId, 'PASSWORD');
        const open = openOf(names, offered);
        known.strategy ??= theOnly(open);
        if (open.length === 0) fail('STRATEGY_INACTIVE');
        for (const name of open) refuseTooMany(enrolled, name);
        return { ...subject, names: open, enrolled, owner: `user:${subject.user.id}` };
      });
    },
  };
}
