import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { Advance, Strategy } from '../../domain/authenticator/strategy.ts';
import { DomainError, InvalidCode } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { Attempts } from '../limits/attempts.ts';
import { chargedFor } from '../limits/give-back.ts';
import type { Ceremonies, OpenCeremony, Refused } from './ceremony.ts';

/** Whose answer is checked, and by which strategy. `challenge` is the login or step-up that the answer belongs to, or null. */
export interface AnswerSubject {
  userId: string;
  strategy: Strategy;
  challenge: LoginChallenge | null;
}

/** An answer that is right. It counts once `spend` has run inside the transaction of its effect. */
export interface CheckedAnswer<T> {
  result: T;
  /** Errors: `INVALID_CODE` if another call has spent the answer. */
  spend(now: Date): Promise<void>;
}

/** A right answer, and the guarded statement that spends it. */
interface Found<T> {
  result: T;
  guard(now: Date): Promise<boolean>;
  /** The reason that the event states if the guard refuses. Absent for an ordinary wrong code. */
  spentReason?: string;
}

/** What proves a factor: the authenticators that may be used, what was started for them, and the answer. */
export interface Proof {
  /** Null stands for a strategy that needs no authenticator. */
  candidates: readonly (Authenticator | null)[];
  /** Owner of what was started, as `codeOwner` spells it. */
  owner: string;
  token: string | null;
  answer: unknown;
}

/** What a proof has proven. */
export interface Proven {
  authenticator: Authenticator | null;
  /** RFC 8176 values, if they differ from those of the strategy. */
  amr: readonly string[] | undefined;
}

interface Needs {
  store: Pick<Store, 'authenticators'>;
  clock: Clock;
  attempts: Attempts;
  authenticators: Authenticators;
  ceremonies: Ceremonies;
}

/** The service that `createAnswerCheck` creates. */
export type AnswerCheck = ReturnType<typeof createAnswerCheck>;

/** Returns where the replay guard of an authenticator stands after this answer. 0 if there is nothing to compare. */
export const highWaterMarkOf = (advance: Advance): number => ('step' in advance ? advance.step : 'counter' in advance ? advance.counter : 0);

/**
 * Creates the one check for every answer: read it, charge an attempt, check it, and spend it by one guarded statement. Text that
 * cannot be an answer costs no attempt. Every refusal after the charge says how many attempts are left. Its event names the user
 * and the strategy if the caller runs the check under `withEventFields`.
 */
export function createAnswerCheck({ store, clock, attempts, authenticators, ceremonies }: Needs) {
  /** Returns the statement that makes a proof count once: it advances a time step or a counter, or spends what was started. */
  const guardOf = (advance: Advance, authenticator: Authenticator | null, started: OpenCeremony | null): Omit<Found<unknown>, 'result'> => {
    const id = authenticator?.id ?? '';
    if ('step' in advance) return { guard: (now) => store.authenticators.advanceStep(id, advance.step, now) };
    // The signature is right but the counter has not risen, so the authenticator may have been copied (WebAuthn §6.1.1).
    if ('counter' in advance)
      return { guard: (now) => store.authenticators.advanceCounter(id, advance.counter, now), spentReason: 'SIGN_COUNT_NOT_RISING' };
    return {
      // The second guard refuses an authenticator that was removed after the check.
      guard: async (now) => (started === null || (await started.spend())) && (authenticator === null || (await store.authenticators.touch(id, now))),
    };
  };

  /**
   * Reads and charges an answer, checks it by `look`, and hands a right one to `effect`. Errors: `INVALID_CODE`, `CODE_EXPIRED`,
   * `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`, and those of `effect`.
   */
  const check = async <T, R>(
    { userId, strategy, challenge }: AnswerSubject,
    answer: unknown,
    look: (answer: unknown, now: Date) => Promise<Found<T> | Refused>,
    effect: (checked: CheckedAnswer<T>) => Promise<R>,
  ): Promise<R> => {
    const read = strategy.readAnswer(answer);
    const attemptsRemaining = await attempts.takeCodeAttempt(userId, strategy.name, challenge);
    const refusal = (refused: Refused): DomainError =>
      refused === 'EXPIRED'
        ? new DomainError('CODE_EXPIRED', undefined, strategy.errorFields.token)
        : new InvalidCode(attemptsRemaining, strategy.errorFields.answer);
    const checkAndApply = async (): Promise<R> => {
      const found = await look(read, clock.now());
      if (typeof found === 'string') throw refusal(found);
      const { result, guard, spentReason } = found;
      return effect({
        result,
        spend: async (now) => {
          if (await guard(now)) return;
          throw spentReason === undefined ? refusal('WRONG') : refusal('WRONG').about({ reason: spentReason });
        },
      });
    };
    return chargedFor(checkAndApply, () => attempts.giveCodeAttemptBack(userId, strategy.name, challenge));
  };

  return {
    /**
     * Checks the answer that confirms an enrollment, and hands a right one to `effect`. `complete` is the check by the strategy.
     * Errors as for `checkProof`.
     */
    checkEnrollment: <T extends object, R>(
      subject: AnswerSubject,
      { owner, token, answer }: Pick<Proof, 'owner' | 'token' | 'answer'>,
      complete: (kept: Uint8Array, answer: unknown, now: Date) => Promise<({ ok: true } & T) | { ok: false }>,
      effect: (checked: CheckedAnswer<T>) => Promise<R>,
    ): Promise<R> => {
      const look = async (read: unknown, now: Date): Promise<Found<T> | Refused> => {
        const started = await ceremonies.open(owner, subject.strategy.name, token);
        if (typeof started === 'string') return started;
        const verdict = await complete(started.kept, read, now);
        return verdict.ok ? { result: verdict, guard: started.spend } : 'WRONG';
      };
      return check(subject, answer, look, effect);
    },

    /**
     * Checks an answer against each candidate, after charging one attempt, and hands a right one to `effect`. If the server becomes
     * unavailable before the effect is committed, the attempt is given back. Errors: `INVALID_CODE`, `CODE_EXPIRED`,
     * `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`, and those of `effect`.
     */
    checkProof: <R>(
      subject: AnswerSubject,
      { candidates, owner, token, answer }: Proof,
      effect: (checked: CheckedAnswer<Proven>) => Promise<R>,
    ): Promise<R> => {
      const look = async (read: unknown, now: Date): Promise<Found<Proven> | Refused> => {
        const { strategy } = subject;
        const started = strategy.ceremony === null ? null : await ceremonies.open(owner, strategy.name, token ?? '');
        if (typeof started === 'string') return started;
        for (const authenticator of candidates) {
          const credential = authenticator === null ? null : authenticators.open(authenticator);
          const verdict = await strategy.verify({ credential, started: started?.kept ?? null }, read, now);
          if (verdict.ok) return { result: { authenticator, amr: verdict.amr }, ...guardOf(verdict.advance, authenticator, started) };
        }
        return 'WRONG';
      };
      return check(subject, answer, look, effect);
    },
  };
}
