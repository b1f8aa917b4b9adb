import type { Actor, Origin } from '../domain/actor.ts';
import { fail, InvalidCode } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { EnrollmentShows, PublicAuthenticator, StrategyName } from '../domain/strategy.ts';
import type { User } from '../domain/user/user.ts';
import { requireUser } from './access.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { Authenticators, StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { Enrolled, Factors } from './factors.ts';
import { refuseTooMany } from './factors.ts';
import type { Freshness } from './freshness.ts';
import { ProofSpent } from './login-completion.ts';
import type { Notifications } from './notifications.ts';
import type { PendingEnrollments, Shown } from './pending-enrollments.ts';
import type { SecondFactor } from './second-factor.ts';
import { verifiable } from './second-factor.ts';
import { subjectOf } from './subject.ts';
import type { Users } from './users.ts';

const pendingSeconds = 600;

/** What a user may verify with, as the user's own settings page shows it. */
export interface OwnFactors {
  user: User;
  authenticators: PublicAuthenticator[];
  strategies: StrategyName[];
}

interface Needs {
  store: Pick<Store, 'enrollments' | 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  users: Users;
  secondFactor: SecondFactor;
  authenticators: Authenticators;
  challenges: Challenges;
  pending: PendingEnrollments;
  factors: Factors;
  attempts: Attempts;
  freshness: Freshness;
  notifications: Notifications;
  audit: Audit;
}

export type SelfService = ReturnType<typeof createSelfService>;

/** Adding factors outside of a login: by the user, or by an environment token for a user it names. */
export function createSelfService(needs: Needs) {
  const { store, clock, registry, users, secondFactor, authenticators, challenges, pending, factors, attempts } = needs;
  const { freshness, notifications, audit } = needs;

  const openForEnrollment = async (asking: Actor, userId: string | null, name: StrategyName, origin: Origin) => {
    const subject = await subjectOf(users, asking, userId);
    await freshness.requireFreshSecondFactor(subject.actor, origin);
    const { offered, enrolled } = await secondFactor.situationOf(subject.user.id, subject.tenantId, 'PASSWORD');
    if (!offered.includes(name) || strategyOf(registry, name).enrollment === null) fail('STRATEGY_INACTIVE');
    refuseTooMany(enrolled, name);
    return { ...subject, enrolled, owner: `user:${subject.user.id}` };
  };

  return {
    /**
     * What the person needs to set the factor up; the same at every call for ten minutes.
     * Errors: `USER_NOT_FOUND`, `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`.
     */
    async begin<Name extends keyof EnrollmentShows>(
      asking: Actor,
      to: { userId: string | null; strategy: Name; origin: Origin },
    ): Promise<Shown<Name>> {
      const { user, owner } = await openForEnrollment(asking, to.userId, to.strategy, to.origin);
      const expiresAt = new Date(clock.now().getTime() + pendingSeconds * 1000);
      return pending.begin(to.strategy, { owner, user, expiresAt }, await challenges.strategySettings());
    },

    /** Confirms the pending factor. Errors: as `begin`, and `INVALID_CODE` where nothing is pending as well, `ATTEMPTS_EXHAUSTED`. */
    async complete(
      asking: Actor,
      enrollment: { userId: string | null; strategy: StrategyName; code: string; name: string | null; origin: Origin },
    ): Promise<Enrolled> {
      const { strategy, origin } = enrollment;
      const { actor, user, enrolled, owner } = await openForEnrollment(asking, enrollment.userId, strategy, origin);
      const answer = strategyOf(registry, strategy).readAnswer(enrollment.code);
      const about = { actor, userId: user.id, tenantId: actor.tenantId };
      const attemptsRemaining = await attempts.chargeFactor(about, strategy, origin);
      const refuse = async (): Promise<never> => {
        await audit('MFA_FAILED', origin, { ...about, strategy, reason: 'INVALID_CODE' });
        throw new InvalidCode(attemptsRemaining);
      };
      const verdict = await pending.check(strategy, owner, answer);
      if (!verdict.ok) return refuse();
      const { id, credential, advance } = verdict;
      try {
        const done = await store.transact(async () => {
          if (!(await store.enrollments.consume(id))) throw new ProofSpent();
          // A code of a new secret proves nothing about the others: it must not give guesses at them back.
          if (enrolled.length === 0) await attempts.reset(user.id, strategy);
          return factors.add({ userId: user.id, strategy, name: enrollment.name, credential, advance }, { actor, tenantId: actor.tenantId, origin });
        });
        notifications.wake();
        return done;
      } catch (error) {
        if (error instanceof ProofSpent) return refuse();
        throw error;
      }
    },

    /** The own factors. For users alone: operators see them over GraphQL. */
    async factors(asking: Actor): Promise<OwnFactors> {
      const { user, tenantId } = await subjectOf(users, requireUser(asking), null);
      const { enrolled, offered } = await secondFactor.situationOf(user.id, tenantId, 'PASSWORD');
      return { user, authenticators: enrolled.map(authenticators.describe), strategies: verifiable(enrolled, offered) };
    },
  };
}
