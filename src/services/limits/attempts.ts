import type { TokenPurpose, UserToken } from '../../domain/account/user-token.ts';
import { AttemptsExhausted, fail, RateLimited } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import { attemptsPerChallenge } from '../../domain/login/challenge.ts';
import type { ShutFactor } from '../../domain/login/decision.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { StrategyName } from '../../domain/strategy-name.ts';
import { factorKind } from '../../domain/strategy-name.ts';
import { together } from '../../domain/together.ts';

interface Needs {
  store: Pick<Store, 'slidingWindows' | 'challenges' | 'atOnce'>;
  clock: Clock;
  /** Every strategy whose attempts a reset clears. */
  strategies: readonly StrategyName[];
}

/** The service that `createAttempts` creates. */
export type Attempts = ReturnType<typeof createAttempts>;

/** For what and for whom codes with a token are sent. All of them share their attempts. */
type CodeHolder = Pick<UserToken, 'purpose' | 'subject'>;

/** Returns the key by which checks of a user's codes are limited. It names the kind of factor, so that strategies of one kind share it. */
const checkKey = (userId: string, strategy: StrategyName): string => `check:${factorKind(strategy)}:${userId}`;
/** Returns the key by which checks of the codes of tokens are limited. */
const tokenKey = ({ purpose, subject }: CodeHolder): string => `check:${purpose}:${subject}`;
/** Returns the key by which messages to a user are limited, for each strategy and each purpose by itself. */
export const sendKey = (userId: string, about: StrategyName | TokenPurpose): string => `send:${about}:${userId}`;

/**
 * Creates the service that limits how often a code may be guessed and sent. Each charge commits by itself before the code is
 * checked, so that no rollback, crash or parallel request gives a guess back (RFC 4226 §7.3). A charge belongs to the user and the
 * kind of factor, so that a new login does not give guesses back either.
 */
export function createAttempts({ store, clock, strategies }: Needs) {
  const takeMessage = async (key: string): Promise<void> => {
    const now = clock.now();
    const charged = await store.slidingWindows.charge(key, now, 'NO_CAP');
    if (!charged.allowed) throw RateLimited.until(charged.freeAt ?? now, now);
  };

  const takeAttempt = async (key: string, cap: 'CONSECUTIVE_CAP' | 'NO_CAP'): Promise<number> => {
    const now = clock.now();
    const charged = await store.slidingWindows.charge(key, now, cap);
    if (charged.allowed) return charged.remaining;
    throw new AttemptsExhausted(charged.freeAt, now);
  };

  const resetEveryFactor = async (userId: string): Promise<void> => {
    for (const strategy of strategies) await store.slidingWindows.reset(checkKey(userId, strategy));
  };

  return {
    /**
     * Charges one check of a code of the user and returns how many are left. With a `challenge`, the check counts against its
     * mfaToken as well. Errors: `ATTEMPTS_EXHAUSTED`, and with a challenge `CHALLENGE_EXPIRED`.
     */
    async takeCodeAttempt(userId: string, strategy: StrategyName, challenge: LoginChallenge | null): Promise<number> {
      const key = checkKey(userId, strategy);
      if (challenge === null) return takeAttempt(key, 'CONSECUTIVE_CAP');
      const now = clock.now();
      // Both at once, because of parallel calls each would otherwise take one charge, and none would have both.
      const [charged, made] = await store.atOnce({ user: userId }, () =>
        together(store.slidingWindows.charge(key, now, 'CONSECUTIVE_CAP'), store.challenges.charge(challenge.id, now)),
      );
      if (!charged.allowed) throw new AttemptsExhausted(charged.freeAt, now);
      return Math.min(charged.remaining, attemptsPerChallenge - (made ?? fail('CHALLENGE_EXPIRED')));
    },

    /** Returns the kinds of factor of the user of which `takeCodeAttempt` would take no code at this moment, and until when. */
    async shutFactors(userId: string, at: Date): Promise<ShutFactor[]> {
      const kindOf = new Map(strategies.map((strategy) => [checkKey(userId, strategy), factorKind(strategy)]));
      const exhausted = await store.slidingWindows.exhausted([...kindOf.keys()], at);
      return exhausted.map(({ key, freeAt }) => ({ kind: kindOf.get(key) ?? key, until: freeAt }));
    },

    /** Returns a function that tells which kinds of factor of a user take no code any more, however long somebody waits. */
    async shutForGood(): Promise<(userId: string) => ShutFactor[]> {
      const capped = new Set(await store.slidingWindows.capped());
      const shut = (userId: string): ShutFactor[] =>
        [...new Set(strategies.filter((strategy) => capped.has(checkKey(userId, strategy))).map(factorKind))].map((kind) => ({ kind, until: null }));
      return capped.size === 0 ? () => [] : shut;
    },

    /** Takes back what `takeCodeAttempt` charged. */
    async giveCodeAttemptBack(userId: string, strategy: StrategyName, challenge: LoginChallenge | null): Promise<void> {
      await together(
        store.slidingWindows.giveBack(checkKey(userId, strategy)),
        challenge === null ? Promise.resolve() : store.challenges.giveBack(challenge.id),
      );
    },

    /** Charges one message to the user. Errors: `RATE_LIMITED`. */
    takeSend: (userId: string, strategy: StrategyName): Promise<void> => takeMessage(sendKey(userId, strategy)),

    /** Charges one message that anybody may request, whether or not somebody receives it. Errors: `RATE_LIMITED`. */
    takeAnonymousSend: (purpose: TokenPurpose, subject: string): Promise<void> => takeMessage(sendKey(subject, purpose)),

    /**
     * Charges one check of a code that was sent with a token, and returns how many are left. The cap on consecutive failures does not
     * apply, because strangers can cause failures of login codes and must not lock anybody out for good. Errors: `ATTEMPTS_EXHAUSTED`.
     */
    takeTokenAttempt: (holder: CodeHolder): Promise<number> => takeAttempt(tokenKey(holder), 'NO_CAP'),

    /** Clears the charged checks of such codes after a success. Runs in the caller's transaction. */
    resetTokenAttempts: (holder: CodeHolder): Promise<void> => store.slidingWindows.reset(tokenKey(holder)),

    /** Clears the charged checks of a factor after a success. Runs in the caller's transaction. */
    reset: (userId: string, strategy: StrategyName): Promise<void> => store.slidingWindows.reset(checkKey(userId, strategy)),

    /**
     * Clears the charged checks of every factor of the user, so that the next factor starts with none. Runs in the caller's
     * transaction.
     */
    resetEveryFactor,

    /** Clears the charged checks and messages of every factor of the user. Runs in the caller's transaction. */
    async resetAll(userId: string): Promise<void> {
      await resetEveryFactor(userId);
      for (const strategy of strategies) await store.slidingWindows.reset(sendKey(userId, strategy));
    },
  };
}
