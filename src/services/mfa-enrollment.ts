import type { Origin } from '../domain/actor.ts';
import { fail, InvalidCode } from '../domain/errors.ts';
import type { Store } from '../domain/store.ts';
import type { EnrollmentShows, StrategyName } from '../domain/strategy.ts';
import type { Attempts } from './attempts.ts';
import type { Audit } from './audit.ts';
import type { StrategyRegistry } from './authenticators.ts';
import { strategyOf } from './authenticators.ts';
import type { Challenges } from './challenges.ts';
import type { Enrolled, Factors } from './factors.ts';
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

interface Needs {
  store: Pick<Store, 'authenticators' | 'enrollments'>;
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
export function createMfaEnrollment({ store, registry, challenges, pending, factors, attempts, complete, notifications, audit }: Needs) {
  /** A password alone must not open a second way in: who has a factor verifies it instead. */
  const openForEnrollment = async (mfaToken: string, name: StrategyName, origin: Origin) => {
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
    return { ...open, strategy, owner: `challenge:${open.challenge.id}` };
  };

  return {
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
    async complete({ mfaToken, strategy: name, code, rememberDevice, origin, ...named }: CompleteEnrollment): Promise<CompletedLogin<Enrolled>> {
      const { challenge, strategy, owner } = await openForEnrollment(mfaToken, name, origin);
      const answer = strategy.readAnswer(code);
      const { userId, tenantId } = challenge;
      const attemptsRemaining = await attempts.charge(challenge, name, origin);
      const refuse = async (): Promise<never> => {
        await audit('MFA_FAILED', origin, { userId, tenantId, strategy: name, reason: 'INVALID_CODE' });
        throw new InvalidCode(attemptsRemaining);
      };
      const verdict = await pending.check(name, owner, answer);
      if (!verdict.ok) return refuse();
      const { id, credential, advance } = verdict;
      const apply = async (): Promise<Enrolled> => {
        if (!(await store.enrollments.consume(id))) throw new ProofSpent();
        // Another mfaToken of the same user may have enrolled meanwhile.
        if ((await store.authenticators.ofUsers([userId])).length > 0) fail('ALREADY_ENROLLED');
        return factors.add({ userId, strategy: name, name: named.name ?? null, credential, advance }, { tenantId, origin });
      };
      try {
        const login = await complete({ challenge, strategy, rememberDevice, origin, apply });
        notifications.wake();
        return login;
      } catch (error) {
        if (error instanceof ProofSpent) return refuse();
        throw error;
      }
    },
  };
}
