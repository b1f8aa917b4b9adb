import type { TokenPurpose, UserToken } from '../../domain/account/user-token.ts';
import { AttemptsExhausted, fail, RateLimited } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import { attemptsPerChallenge } from '../../domain/login/challenge.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind } from '../../domain/strategy-name.ts';

interface Needs {
  store: Pick<Store, 'slidingWindows' | 'challenges'>;
  clock: Clock;
  /** Every strategy whose attempts a reset clears. */
  strategies: readonly StrategyName[];
}

export type Attempts = ReturnType<typeof createAttempts>;

const checks = (userId: string, strategy: StrategyName): string => `check:${factorKind(strategy)}:${userId}`;
const loginCodes = (subject: string): string => `check:LOGIN_CODE:${subject}`;
export const sendKey = (userId: string, strategy: StrategyName): string => `send:${strategy}:${userId}`;

/**
 * Limits how often a code may be guessed and sent. Each charge commits by itself before the code is looked at, so that no
 * rollback, crash or parallel request gives a guess back (RFC 4226 §7.3). It belongs to the user and the kind of factor, so that
 * new logins do not give guesses back either.
 */
export function createAttempts({ store, clock, strategies }: Needs) {
  const takeMessage = async (key: string): Promise<void> => {
    const now = clock.now();
    const charged = await store.slidingWindows.charge(key, now, 'NO_CAP');
    if (charged.allowed) return;
    const waitMilliseconds = (charged.freeAt ?? now).getTime() - now.getTime();
    throw new RateLimited(Math.max(1, Math.ceil(waitMilliseconds / 1000)));
  };

  const takeAttempt = async (key: string, cap: 'CONSECUTIVE_CAP' | 'NO_CAP'): Promise<number> => {
    const now = clock.now();
    const charged = await store.slidingWindows.charge(key, now, cap);
    if (charged.allowed) return charged.remaining;
    throw new AttemptsExhausted(charged.freeAt, now);
  };

  const resetEveryFactor = async (userId: string): Promise<void> => {
    for (const strategy of strategies) await store.slidingWindows.reset(checks(userId, strategy));
  };

  return {
    /**
     * Charges one look at a code of the user and answers how many are left. With a `challenge`, the look counts against its
     * mfaToken as well. Errors: `ATTEMPTS_EXHAUSTED`, and with a challenge `CHALLENGE_EXPIRED`.
     */
    async takeCodeAttempt(userId: string, strategy: StrategyName, challenge: LoginChallenge | null): Promise<number> {
      const remaining = await takeAttempt(checks(userId, strategy), 'CONSECUTIVE_CAP');
      if (challenge === null) return remaining;
      const made = (await store.challenges.charge(challenge.id, clock.now())) ?? fail('CHALLENGE_EXPIRED');
      return Math.min(remaining, attemptsPerChallenge - made);
    },

    /** Charges one message to the user. Errors: `RATE_LIMITED`. */
    takeSend: (userId: string, strategy: StrategyName): Promise<void> => takeMessage(sendKey(userId, strategy)),

    /** Charges one message that anybody may ask for, whether somebody receives it or not. Errors: `RATE_LIMITED`. */
    takeAnonymousSend: (purpose: TokenPurpose, subject: string): Promise<void> => takeMessage(`send:${purpose}:${subject}`),

    /**
     * Charges one look at a login code and answers how many are left. The cap of consecutive failures does not apply: strangers
     * can fail here, and must not shut anybody's login for good. Errors: `ATTEMPTS_EXHAUSTED`.
     */
    takeLoginCodeAttempt: ({ subject }: Pick<UserToken, 'subject'>): Promise<number> => takeAttempt(loginCodes(subject), 'NO_CAP'),

    /** Clears the attempts at login codes after a success. Part of the caller's transaction. */
    resetLoginCode: (subject: string): Promise<void> => store.slidingWindows.reset(loginCodes(subject)),

    /** Clears the attempts at a factor after a success. Part of the caller's transaction. */
    reset: (userId: string, strategy: StrategyName): Promise<void> => store.slidingWindows.reset(checks(userId, strategy)),

    /** Clears the attempts at every factor of the user, so that the next one starts afresh. Part of the caller's transaction. */
    resetEveryFactor,

    /** Clears what codes and messages were charged for every factor of the user. Part of the caller's transaction. */
    async resetAll(userId: string): Promise<void> {
      await resetEveryFactor(userId);
      for (const strategy of strategies) await store.slidingWindows.reset(sendKey(userId, strategy));
    },
  };
}
