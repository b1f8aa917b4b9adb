import type { Origin } from '../../domain/access/actor.ts';
import type { EnrollmentShows } from '../../domain/authenticator/strategy.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Enrolled } from '../authenticator/factors.ts';
import type { PendingEnrollments, Shown } from '../authenticator/pending-enrollments.ts';
import type { Challenges } from '../login/challenges.ts';
import type { CompletedLogin } from '../login/completion.ts';
import type { Confirming } from './confirming.ts';
import type { EnrollmentGate } from './enrollment-rules.ts';

/** Which login the factor is for, and which one that is. */
export interface BeginEnrollment<Name extends StrategyName = StrategyName> {
  mfaToken: string;
  strategy: Name;
  origin: Origin;
}

export interface CompleteEnrollment extends BeginEnrollment {
  code: string;
  /** What the person calls the factor. */
  name?: string | null;
  rememberDevice: boolean;
}

interface Needs {
  store: Pick<Store, 'enrollments'>;
  registry: StrategyRegistry;
  challenges: Challenges;
  gate: EnrollmentGate;
  pending: PendingEnrollments;
  confirming: Confirming;
}

export type MfaEnrollment = ReturnType<typeof createMfaEnrollment>;

/** Enrolling the first factor during a login, for strategies that show a secret. */
export function createMfaEnrollment({ store, registry, challenges, gate, pending, confirming }: Needs) {
  return {
    /**
     * What the person needs to set the factor up. Every call for one mfaToken shows the same secret; nothing is enrolled yet.
     * Errors: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`, `STRATEGY_INACTIVE`.
     */
    async begin<Name extends keyof EnrollmentShows>({ mfaToken, strategy, origin }: BeginEnrollment<Name>): Promise<Shown<Name>> {
      const { challenge, user, owner } = await gate.atLogin(mfaToken, [strategy], origin);
      const { tenantId, expiresAt } = challenge;
      return pending.begin(strategy, { owner, user, expiresAt }, { tenantId, origin }, await challenges.strategySettings(strategy));
    },

    /** Confirms the pending factor and logs in. Errors: as `begin`, and `INVALID_CODE`, `ATTEMPTS_EXHAUSTED`. */
    async complete({ mfaToken, strategy, code, ...login }: CompleteEnrollment): Promise<CompletedLogin<Enrolled>> {
      const open = await gate.atLogin(mfaToken, [strategy], login.origin);
      const answer = registry[strategy].readAnswer(code);
      return confirming.atLogin(open, strategy, login, async () => {
        const verdict = await pending.check(strategy, open.owner, answer);
        return verdict.ok ? { ...verdict, spend: () => store.enrollments.consume(verdict.id) } : 'WRONG';
      });
    },
  };
}
