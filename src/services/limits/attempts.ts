import type { Actor, Origin } from '../../domain/access/actor.ts';
import { nobody } from '../../domain/access/actor.ts';
import type { TokenPurpose, UserToken } from '../../domain/account/user-token.ts';
import { AttemptsExhausted, fail, RateLimited } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import { attemptsPerChallenge } from '../../domain/login/challenge.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind, strategyNames } from '../../domain/strategy-name.ts';
import type { Audit } from '../audit/recorder.ts';

interface Needs {
  store: Pick<Store, 'budgets' | 'challenges'>;
  clock: Clock;
  audit: Audit;
}

export type Attempts = ReturnType<typeof createAttempts>;

const checks = (userId: string, strategy: StrategyName): string => `check:${factorKind(strategy)}:${userId}`;
const loginCodes = (subject: string): string => `check:LOGIN_CODE:${subject}`;
export const sends = (userId: string, strategy: StrategyName): string => `send:${strategy}:${userId}`;

/**
 * Guess budgets. Each charge commits by itself before the code is looked at, so that no rollback, crash or parallel
 * request gives a guess back (RFC 4226 §7.3), and it belongs to the user and factor, so that new logins do not either.
 */
export function createAttempts({ store, clock, audit }: Needs) {
  const chargeMessage = async (key: string): Promise<void> => {
    const now = clock.now();
    const charged = await store.budgets.charge(key, now, 'NO_CAP');
    if (charged.allowed) return;
    const waitMilliseconds = (charged.freeAt ?? now).getTime() - now.getTime();
    throw new RateLimited(Math.max(1, Math.ceil(waitMilliseconds / 1000)));
  };

  /** Pays for one look at a code outside of a login, from the same budget. Errors: `ATTEMPTS_EXHAUSTED`. */
  const chargeFactor = async (
    { actor = nobody, userId, tenantId }: { actor?: Actor; userId: string; tenantId: string | null },
    strategy: StrategyName,
    origin: Origin,
  ): Promise<number> => {
    const now = clock.now();
    const charged = await store.budgets.charge(checks(userId, strategy), now, 'CONSECUTIVE_CAP');
    if (charged.allowed) return charged.remaining;
    await audit('MFA_FAILED', origin, { actor, userId, tenantId, strategy, reason: 'ATTEMPTS_EXHAUSTED' });
    throw new AttemptsExhausted(charged.freeAt, now);
  };

  return {
    /** Pays for one look at a code during a login; answers how many are left. Errors: `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`. */
    async charge({ id, userId, tenantId }: LoginChallenge, strategy: StrategyName, origin: Origin): Promise<number> {
      const remaining = await chargeFactor({ userId, tenantId }, strategy, origin);
      const made = await audit.refusals('MFA_FAILED', origin, { userId, tenantId, strategy }, async () => {
        return (await store.challenges.charge(id, clock.now())) ?? fail('CHALLENGE_EXPIRED');
      });
      return Math.min(remaining, attemptsPerChallenge - made);
    },

    chargeFactor,

    /** Pays for one message to the user. Errors: `RATE_LIMITED`. */
    chargeSend: (userId: string, strategy: StrategyName): Promise<void> => chargeMessage(sends(userId, strategy)),

    /** Pays for one message anybody may ask for, whether somebody gets it or not. Errors: `RATE_LIMITED`. */
    chargeRequest: (purpose: TokenPurpose, subject: string): Promise<void> => chargeMessage(`send:${purpose}:${subject}`),

    /**
     * Pays for one look at a login code; answers how many are left. Without the cap of consecutive failures: strangers
     * can fail here, and must not shut anybody's login for good. Errors: `ATTEMPTS_EXHAUSTED`.
     */
    async chargeLoginCode({ subject, userId }: UserToken, origin: Origin): Promise<number> {
      const now = clock.now();
      const charged = await store.budgets.charge(loginCodes(subject), now, 'NO_CAP');
      if (charged.allowed) return charged.remaining;
      await audit('LOGIN_FAILED', origin, { userId, strategy: 'EMAIL_CODE', reason: 'ATTEMPTS_EXHAUSTED' });
      throw new AttemptsExhausted(charged.freeAt, now);
    },

    /** A success clears it; part of the caller's transaction. */
    resetLoginCode: (subject: string): Promise<void> => store.budgets.reset(loginCodes(subject)),

    /** A success clears the factor's budget; part of the caller's transaction. */
    reset: (userId: string, strategy: StrategyName): Promise<void> => store.budgets.reset(checks(userId, strategy)),

    /** An administrator's reset clears what codes and messages were charged for every factor; part of the caller's transaction. */
    async resetAll(userId: string): Promise<void> {
      for (const strategy of strategyNames) {
        await store.budgets.reset(checks(userId, strategy));
        await store.budgets.reset(sends(userId, strategy));
      }
    },
  };
}
