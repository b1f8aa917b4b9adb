import type { Actor, Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { DomainError, fail, InvalidCode } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { Enrollment, EnrollmentShows, PublicAuthenticator, Strategy, StrategyName } from '../domain/strategy.ts';
import type { User } from '../domain/user/user.ts';
import { requireUser } from './access.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { Authenticators, StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { Enrolled, FactorProof, Factors } from './factors.ts';
import { refuseTooMany } from './factors.ts';
import type { Freshness } from './freshness.ts';
import { ProofSpent } from './login-completion.ts';
import type { Notifications } from './notifications.ts';
import type { PendingEnrollments, Shown } from './pending-enrollments.ts';
import type { SecondFactor } from './second-factor.ts';
import { verifiable } from './second-factor.ts';
import type { Subject } from './subject.ts';
import { subjectOf } from './subject.ts';
import type { Users } from './users.ts';

const pendingSeconds = 600;

/** What a user may verify with, as the user's own settings page shows it. */
export interface OwnFactors {
  user: User;
  authenticators: PublicAuthenticator[];
  strategies: StrategyName[];
}

/** Who enrolls for whom, where that factor may be added. */
interface Open extends Subject {
  strategy: Strategy;
  enrollment: Enrollment;
  enrolled: readonly Authenticator[];
  owner: string;
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

  const openForEnrollment = async (asking: Actor, userId: string | null, name: StrategyName, origin: Origin): Promise<Open> => {
    const subject = await subjectOf(users, asking, userId);
    await freshness.requireFreshSecondFactor(subject.actor, origin);
    const { offered, enrolled } = await secondFactor.situationOf(subject.user.id, subject.tenantId, 'PASSWORD');
    const strategy = strategyOf(registry, name);
    if (!offered.includes(name) || strategy.enrollment === null) fail('STRATEGY_INACTIVE');
    refuseTooMany(enrolled, name);
    return { ...subject, strategy, enrollment: strategy.enrollment, enrolled, owner: `user:${subject.user.id}` };
  };

  /** Charge, check, enroll: the same ladder for every factor. `check` confirms it, or says why not. */
  const confirm = async (
    { actor, user, strategy, enrolled }: Open,
    { name, origin }: { name: string | null; origin: Origin },
    check: (now: Date) => Promise<FactorProof | 'WRONG' | 'EXPIRED'>,
  ): Promise<Enrolled> => {
    const about = { actor, userId: user.id, tenantId: actor.tenantId };
    const attemptsRemaining = await attempts.chargeFactor(about, strategy.name, origin);
    const refuse = async (code: 'INVALID_CODE' | 'CODE_EXPIRED'): Promise<never> => {
      await audit('MFA_FAILED', origin, { ...about, strategy: strategy.name, reason: code });
      throw code === 'INVALID_CODE' ? new InvalidCode(attemptsRemaining) : new DomainError(code);
    };
    const proof = await check(clock.now());
    if (proof === 'WRONG') return refuse('INVALID_CODE');
    if (proof === 'EXPIRED') return refuse('CODE_EXPIRED');
    const { credential, advance, spend } = proof;
    try {
      const done = await store.transact(async () => {
        if (!(await spend())) throw new ProofSpent();
        // A code of a new secret proves nothing about the others: it must not give guesses at them back.
        if (enrolled.length === 0) await attempts.reset(user.id, strategy.name);
        return factors.add({ userId: user.id, strategy: strategy.name, name, credential, advance }, { actor, tenantId: actor.tenantId, origin });
      });
      notifications.wake();
      return done;
    } catch (error) {
      if (error instanceof ProofSpent) return refuse('INVALID_CODE');
      throw error;
    }
  };

  return {
    /** Errors: `USER_NOT_FOUND`, `STEP_UP_REQUIRED`, `STRATEGY_INACTIVE`, `FACTOR_LIMIT_REACHED`. */
    open: openForEnrollment,
    confirm,

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
      const { strategy: name, origin } = enrollment;
      const open = await openForEnrollment(asking, enrollment.userId, name, origin);
      const answer = open.strategy.readAnswer(enrollment.code);
      return confirm(open, enrollment, async () => {
        const verdict = await pending.check(name, open.owner, answer);
        if (!verdict.ok) return 'WRONG';
        const { id, credential, advance } = verdict;
        return { credential, advance, spend: () => store.enrollments.consume(id) };
      });
    },

    /** The own factors. For users alone: operators see them over GraphQL. */
    async factors(asking: Actor): Promise<OwnFactors> {
      const { user, tenantId } = await subjectOf(users, requireUser(asking), null);
      const { enrolled, offered } = await secondFactor.situationOf(user.id, tenantId, 'PASSWORD');
      return { user, authenticators: enrolled.map(authenticators.describe), strategies: verifiable(enrolled, offered) };
    },
  };
}
