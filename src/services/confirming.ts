import type { Origin } from '../domain/actor.ts';
import type { Authenticator } from '../domain/authenticator/authenticator.ts';
import { DomainError, fail, InvalidCode } from '../domain/errors.ts';
import type { Store } from '../domain/store.ts';
import type { Confirmed, Strategy } from '../domain/strategy.ts';
import type { Attempts } from './attempts.ts';
import type { Audit, Facts } from './audit.ts';
import type { OpenChallenge } from './challenges.ts';
import type { Enrolled, Factors } from './factors.ts';
import type { CompletedLogin, LoginCompletion } from './login-completion.ts';
import { ProofSpent } from './login-completion.ts';
import type { Notifications } from './notifications.ts';
import type { Subject } from './subject.ts';

/** A factor confirmed by its first answer, and the guarded statement that spends the answer. */
export interface FactorProof extends Confirmed {
  spend: () => Promise<boolean>;
}

/** Confirms a factor, or says why not. */
export type CheckFactor = () => Promise<FactorProof | 'WRONG' | 'EXPIRED'>;

interface Needs {
  store: Pick<Store, 'authenticators' | 'transact'>;
  attempts: Attempts;
  complete: LoginCompletion;
  factors: Factors;
  notifications: Notifications;
  audit: Audit;
}

export type Confirming = ReturnType<typeof createConfirming>;

/** Charge, check, enroll: the ladder of factors whose secret or code was kept, within a login and within a session. */
export function createConfirming({ store, attempts, complete, factors, notifications, audit }: Needs) {
  const refusing =
    (about: Facts, origin: Origin, attemptsRemaining: number) =>
    async (reason: 'WRONG' | 'EXPIRED'): Promise<never> => {
      const code = reason === 'EXPIRED' ? 'CODE_EXPIRED' : 'INVALID_CODE';
      await audit('MFA_FAILED', origin, { ...about, reason: code });
      throw code === 'INVALID_CODE' ? new InvalidCode(attemptsRemaining) : new DomainError(code);
    };

  /** The check, then what it leads to; an answer somebody else has spent meanwhile is a wrong one. */
  const climb = async <T>(
    check: CheckFactor,
    refuse: (reason: 'WRONG' | 'EXPIRED') => Promise<never>,
    enroll: (proof: FactorProof) => Promise<T>,
  ) => {
    const proof = await check();
    if (typeof proof === 'string') return refuse(proof);
    try {
      const done = await enroll(proof);
      notifications.wake();
      return done;
    } catch (error) {
      if (error instanceof ProofSpent) return refuse('WRONG');
      throw error;
    }
  };

  return {
    /** Errors: `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`, `INVALID_CODE`, `CODE_EXPIRED`, `ALREADY_ENROLLED`. */
    async atLogin(
      { challenge }: Pick<OpenChallenge, 'challenge'>,
      strategy: Strategy,
      { name, rememberDevice, origin }: { name: string | null; rememberDevice: boolean; origin: Origin },
      check: CheckFactor,
    ): Promise<CompletedLogin<Enrolled>> {
      const { userId, tenantId } = challenge;
      const attemptsRemaining = await attempts.charge(challenge, strategy.name, origin);
      const refuse = refusing({ userId, tenantId, strategy: strategy.name }, origin, attemptsRemaining);
      return climb(check, refuse, ({ spend, ...confirmed }) => {
        const apply = async (): Promise<Enrolled> => {
          if (!(await spend())) throw new ProofSpent();
          // Another mfaToken of the same user may have enrolled meanwhile.
          if ((await store.authenticators.ofUsers([userId])).length > 0) fail('ALREADY_ENROLLED');
          return factors.add({ ...confirmed, userId, strategy: strategy.name, name }, { tenantId, origin });
        };
        return complete({ challenge, strategy, amr: confirmed.amr, rememberDevice, origin, apply });
      });
    },

    /** Errors: `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`, `FACTOR_LIMIT_REACHED`. */
    async inSession(
      { actor, user, enrolled }: Subject & { enrolled: readonly Authenticator[] },
      strategy: Strategy,
      { name, origin }: { name: string | null; origin: Origin },
      check: CheckFactor,
    ): Promise<Enrolled> {
      const about = { actor, userId: user.id, tenantId: actor.tenantId };
      const attemptsRemaining = await attempts.chargeFactor(about, strategy.name, origin);
      const refuse = refusing({ ...about, strategy: strategy.name }, origin, attemptsRemaining);
      return climb(check, refuse, ({ spend, ...confirmed }) =>
        store.transact(async () => {
          if (!(await spend())) throw new ProofSpent();
          // A code of a new secret proves nothing about the others: it must not give guesses at them back.
          if (enrolled.length === 0) await attempts.reset(user.id, strategy.name);
          return factors.add({ ...confirmed, userId: user.id, strategy: strategy.name, name }, { actor, tenantId: actor.tenantId, origin });
        }),
      );
    },
  };
}
