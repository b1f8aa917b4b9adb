import type { Origin } from '../domain/actor.ts';
import { DomainError, fail, InvalidCode } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import type { Enrollment, EnrollmentShows, Strategy, StrategyName } from '../domain/strategy.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges, OpenChallenge } from './challenges.ts';
import type { Enrolled, FactorProof, Factors } from './factors.ts';
import type { CompletedLogin, LoginCompletion } from './login-completion.ts';
import { ProofSpent } from './login-completion.ts';
import type { Notifications } from './notifications.ts';
import type { PendingEnrollments, Shown } from './pending-enrollments.ts';

export interface CompleteEnrollment {
  mfaToken: string;
  strategy: StrategyName;
  code: string;
  /** What the person calls the factor. */
  name?: string | null;
  rememberDevice: boolean;
  origin: Origin;
}

/** A login in which that factor may be enrolled. */
interface Open extends OpenChallenge {
  strategy: Strategy;
  enrollment: Enrollment;
  owner: string;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'enrollments'>;
  clock: Clock;
  registry: StrategyRegistry;
  challenges: Challenges;
  pending: PendingEnrollments;
  factors: Factors;
  attempts: Attempts;
  complete: LoginCompletion;
  notifications: Notifications;
  audit: Audit;
}

export type MfaEnrollment = ReturnType<typeof createMfaEnrollment>;

/** Enrolling the first factor during a login. */
export function createMfaEnrollment({ store, clock, registry, challenges, pending, factors, attempts, complete, notifications, audit }: Needs) {
  /** A password alone must not open a second way in: who has a factor verifies it instead. */
  const openForEnrollment = async (mfaToken: string, name: StrategyName, origin: Origin): Promise<Open> => {
    const open = await challenges.open(mfaToken);
    // A token that raises a session must not bind a factor to its user, not even one who has lost the others meanwhile.
    if (open.challenge.purpose !== 'LOGIN') {
      const { userId, tenantId } = open.challenge;
      await audit('MFA_FAILED', origin, { userId, tenantId, strategy: name, reason: 'WRONG_PURPOSE' });
      fail('CHALLENGE_EXPIRED');
    }
    if (open.enrolled.length > 0) fail('ALREADY_ENROLLED');
    const strategy = strategyOf(registry, name);
    if (!open.offered.includes(name) || strategy.enrollment === null) fail('STRATEGY_INACTIVE');
    return { ...open, strategy, enrollment: strategy.enrollment, owner: `challenge:${open.challenge.id}` };
  };

  /** Charge, check, enroll: the same ladder for every factor. `check` confirms it, or says why not. */
  const confirm = async (
    { challenge, strategy }: Open,
    { name, rememberDevice, origin }: Pick<CompleteEnrollment, 'name' | 'rememberDevice' | 'origin'>,
    check: (now: Date) => Promise<FactorProof | 'WRONG' | 'EXPIRED'>,
  ): Promise<CompletedLogin<Enrolled>> => {
    const { userId, tenantId } = challenge;
    const attemptsRemaining = await attempts.charge(challenge, strategy.name, origin);
    const refuse = async (code: 'INVALID_CODE' | 'CODE_EXPIRED'): Promise<never> => {
      await audit('MFA_FAILED', origin, { userId, tenantId, strategy: strategy.name, reason: code });
      throw code === 'INVALID_CODE' ? new InvalidCode(attemptsRemaining) : new DomainError(code);
    };
    const proof = await check(clock.now());
    if (proof === 'WRONG') return refuse('INVALID_CODE');
    if (proof === 'EXPIRED') return refuse('CODE_EXPIRED');
    const { credential, advance, spend } = proof;
    const apply = async (): Promise<Enrolled> => {
      if (!(await spend())) throw new ProofSpent();
      // Another mfaToken of the same user may have enrolled meanwhile.
      if ((await store.authenticators.ofUsers([userId])).length > 0) fail('ALREADY_ENROLLED');
      return factors.add({ userId, strategy: strategy.name, name: name ?? null, credential, advance }, { tenantId, origin });
    };
    try {
      const login = await complete({ challenge, strategy, rememberDevice, origin, apply });
      notifications.wake();
      return login;
    } catch (error) {
      if (error instanceof ProofSpent) return refuse('INVALID_CODE');
      throw error;
    }
  };

  return {
    /** Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`. */
    open: openForEnrollment,
    confirm,

    /**
     * What the person needs to set the factor up. Every call for one mfaToken shows the same secret; nothing is enrolled yet.
     * Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`.
     */
    async begin<Name extends keyof EnrollmentShows>({
      mfaToken,
      strategy,
      origin,
    }: {
      mfaToken: string;
      strategy: Name;
      origin: Origin;
    }): Promise<Shown<Name>> {
      const { challenge, user, owner } = await openForEnrollment(mfaToken, strategy, origin);
      return pending.begin(strategy, { owner, user, expiresAt: challenge.expiresAt }, await challenges.strategySettings());
    },

    /** Confirms the pending factor and logs in. Errors: as `begin`, and `INVALID_CODE`, `ATTEMPTS_EXHAUSTED`. */
    async complete({ mfaToken, strategy: name, code, ...login }: CompleteEnrollment): Promise<CompletedLogin<Enrolled>> {
      const open = await openForEnrollment(mfaToken, name, login.origin);
      const answer = open.strategy.readAnswer(code);
      return confirm(open, login, async () => {
        const verdict = await pending.check(name, open.owner, answer);
        if (!verdict.ok) return 'WRONG';
        const { id, credential, advance } = verdict;
        return { credential, advance, spend: () => store.enrollments.consume(id) };
      });
    },
  };
}
