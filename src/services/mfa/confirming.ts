import type { Origin } from '../../domain/access/actor.ts';
import type { Confirmed } from '../../domain/authenticator/strategy.ts';
import { fail } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import type { Audit, Facts } from '../audit/recorder.ts';
import type { StrategyRegistry } from '../authenticator/authenticators.ts';
import type { Enrolled, Factors } from '../authenticator/factors.ts';
import { ProofSpent } from '../authenticator/proof-spent.ts';
import type { TargetUser } from '../directory/target-user.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { OpenChallenge } from '../login/challenges.ts';
import type { CompletedLogin, LoginCompletion } from '../login/completion.ts';
import type { Notifications } from '../messaging/security-notices.ts';
import type { Refused } from './refused.ts';
import { refusalOf } from './refused.ts';

/** A factor confirmed by its first answer. */
export interface ConfirmedFactor extends Confirmed {
  /** The guarded statement that spends the answer; absent where the check has spent it already. */
  spend?: () => Promise<boolean>;
}

/** Confirms the factor, or says why it is not. */
export type Confirm = () => Promise<ConfirmedFactor | Refused>;

/** What the person calls the factor; null or absent: as its kind is called. */
interface Naming {
  name?: string | null;
  origin: Origin;
}

interface Needs {
  store: Pick<Store, 'authenticators' | 'sessions' | 'transact'>;
  clock: Clock;
  registry: StrategyRegistry;
  attempts: Attempts;
  complete: LoginCompletion;
  factors: Factors;
  notifications: Notifications;
  audit: Audit;
}

export type Confirming = ReturnType<typeof createConfirming>;

/**
 * Charge, check, enroll: the same ladder for every factor, with whoever passed the enrollment gate.
 * Errors: `ATTEMPTS_EXHAUSTED`, `INVALID_CODE`, `CODE_EXPIRED`, `CREDENTIAL_TAKEN`, `FACTOR_LIMIT_REACHED`.
 */
export function createConfirming({ store, clock, registry, attempts, complete, factors, notifications, audit }: Needs) {
  const spent = async ({ spend }: ConfirmedFactor): Promise<void> => {
    if (spend !== undefined && !(await spend())) throw new ProofSpent();
  };

  /** What follows the charge. A refusal is an event of its own: it has no effect to be written with. */
  const checked = async <T>(
    about: Facts & { strategy: StrategyName },
    { origin, attemptsRemaining, confirm }: { origin: Origin; attemptsRemaining: number; confirm: Confirm },
    enroll: (factor: ConfirmedFactor) => Promise<T>,
  ): Promise<T> => {
    const refuse = async (refused: Refused): Promise<never> => {
      const refusal = refusalOf(refused, about.strategy, attemptsRemaining);
      await audit('MFA_FAILED', origin, { ...about, reason: refusal.code });
      throw refusal;
    };
    const factor = await confirm();
    if (typeof factor === 'string') return refuse(factor);
    try {
      const done = await audit.refusals('MFA_FAILED', origin, about, () => enroll(factor));
      notifications.wake();
      return done;
    } catch (error) {
      if (error instanceof ProofSpent) return refuse('WRONG');
      throw error;
    }
  };

  return {
    /** The first factor, which completes the login. Errors also: `CHALLENGE_EXPIRED`, `ALREADY_ENROLLED`. */
    async atLogin(
      { challenge }: Pick<OpenChallenge, 'challenge'>,
      name: StrategyName,
      { rememberDevice, origin, ...naming }: Naming & { rememberDevice: boolean },
      confirm: Confirm,
    ): Promise<CompletedLogin<Enrolled>> {
      const { userId, tenantId } = challenge;
      const strategy = registry[name];
      const about = { userId, tenantId, strategy: name };
      const attemptsRemaining = await audit.refusals('MFA_FAILED', origin, about, () => attempts.takeCodeAttempt(userId, name, challenge));
      return checked({ userId, tenantId, strategy: name }, { origin, attemptsRemaining, confirm }, (factor) => {
        const apply = async (): Promise<Enrolled> => {
          await spent(factor);
          // Another mfaToken of the same user may have enrolled meanwhile.
          if ((await store.authenticators.ofUsers([userId])).length > 0) fail('ALREADY_ENROLLED');
          return factors.add({ ...factor, userId, strategy: name, name: naming.name ?? null }, { tenantId, origin });
        };
        return complete({ challenge, strategy, amr: factor.amr, rememberDevice, origin, apply });
      });
    },

    /** One more factor, or the first one, of somebody who is logged in already. */
    async inSession(
      { actor, user }: Pick<TargetUser, 'actor' | 'user'>,
      strategy: StrategyName,
      { origin, ...naming }: Naming,
      confirm: Confirm,
    ): Promise<Enrolled> {
      const about = { actor, userId: user.id, tenantId: actor.tenantId };
      const attemptsRemaining = await audit.refusals('MFA_FAILED', origin, { ...about, strategy }, () =>
        attempts.takeCodeAttempt(user.id, strategy, null),
      );
      return checked({ ...about, strategy }, { origin, attemptsRemaining, confirm }, (factor) =>
        store.transact(async () => {
          // A recovery, a lock or a new password may have ended the session since the call was let in, while an answer was looked at.
          if (actor.kind === 'USER' && (await store.sessions.find(actor.sessionId, clock.now())) === null) fail('UNAUTHENTICATED');
          await spent(factor);
          const enrolled = await store.authenticators.ofUsers([user.id]);
          // The answer of a new factor proves nothing about the others: it must not give guesses at them back.
          if (enrolled.length === 0) await attempts.reset(user.id, strategy);
          return factors.add({ ...factor, userId: user.id, strategy, name: naming.name ?? null }, { actor, tenantId: actor.tenantId, origin });
        }),
      );
    },
  };
}
