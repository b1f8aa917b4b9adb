import type { Authenticator } from '../../domain/authenticator/authenticator.ts';
import type { Advance, Strategy } from '../../domain/authenticator/strategy.ts';
import { DomainError, InvalidCode } from '../../domain/errors.ts';
import type { LoginChallenge } from '../../domain/login/challenge.ts';
import type { Clock } from '../../domain/ports.ts';
import type { Store } from '../../domain/store.ts';
import type { Authenticators } from '../authenticator/authenticators.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { Ceremonies, OpenCeremony, Refused } from './ceremony.ts';

/** Whose answer it is, by which strategy, and at which login or step-up; null outside of one. */
export interface AnswerSubject {
  userId: string;
  strategy: Strategy;
  challenge: LoginChallenge | null;
}

/** An answer that was found right. It counts once `spend` has run inside the transaction of its effect. */
export interface CheckedAnswer<T> {
  result: T;
  /** Errors: `INVALID_CODE` when somebody else spent it first. */
  spend(now: Date): Promise<void>;
}

/** A right answer, and the guarded statement that spends it. */
interface Found<T> {
  result: T;
  guard(now: Date): Promise<boolean>;
  /** What the audit trail says when the guard refuses; absent: a wrong code. */
  spentReason?: string;
}

/** What proves a factor: the authenticators that may, what was started for them, and the answer. */
export interface Proof {
  /** Null stands for a strategy that needs no authenticator. */
  candidates: readonly (Authenticator | null)[];
  /** Owner of what was started, as `codeOwner` spells it. */
  owner: string;
  token: string | null;
  answer: unknown;
}

/** What a proof proved. */
export interface Proven {
  authenticator: Authenticator | null;
  /** Where that is more than the strategy says. */
  amr: readonly string[] | undefined;
}

interface Needs {
  store: Pick<Store, 'authenticators'>;
  clock: Clock;
  attempts: Attempts;
  authenticators: Authenticators;
  ceremonies: Ceremonies;
}

export type AnswerCheck = ReturnType<typeof createAnswerCheck>;

/** Where the guard of an authenticator stands after this answer; 0 for one that has nothing to compare. */
export const highWaterMarkOf = (advance: Advance): number => ('step' in advance ? advance.step : 'counter' in advance ? advance.counter : 0);

/**
 * The one ladder for every answer: read, charge, check, and spend by one guarded statement. An answer that could never be one costs
 * nothing. Every refusal after the charge says how many tries are left. Its event names the user and the strategy if the caller
 * runs it under `withEventFields`.
 */
export function createAnswerCheck({ store, clock, attempts, authenticators, ceremonies }: Needs) {
  /** The statement that makes a proof count once, whichever way its strategy moves forward. */
  const guardOf = (advance: Advance, authenticator: Authenticator | null, started: OpenCeremony | null): Omit<Found<unknown>, 'result'> => {
    const id = authenticator?.id ?? '';
    if ('step' in advance) return { guard: (now) => store.authenticators.advanceStep(id, advance.step, now) };
    // The signature is right but the counter is not: there may be two of this authenticator (WebAuthn §6.1.1).
    if ('counter' in advance)
      return { guard: (now) => store.authenticators.advanceCounter(id, advance.counter, now), spentReason: 'SIGN_COUNT_NOT_RISING' };
    return {
      // The second guard: an authenticator removed since proves nothing any more.
      guard: async (now) => (started === null || (await started.spend())) && (authenticator === null || (await store.authenticators.touch(id, now))),
    };
  };

  /** Errors: `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`. */
  const check = async <T>(
    { userId, strategy, challenge }: AnswerSubject,
    answer: unknown,
    look: (answer: unknown, now: Date) => Promise<Found<T> | Refused>,
  ): Promise<CheckedAnswer<T>> => {
    const read = strategy.readAnswer(answer);
    const attemptsRemaining = await attempts.takeCodeAttempt(userId, strategy.name, challenge);
    const refusal = (refused: Refused): DomainError =>
      refused === 'EXPIRED'
        ? new DomainError('CODE_EXPIRED', undefined, strategy.errorFields.token)
        : new InvalidCode(attemptsRemaining, strategy.errorFields.answer);
    const found = await look(read, clock.now());
    if (typeof found === 'string') throw refusal(found);
    const { result, guard, spentReason } = found;
    return {
      result,
      spend: async (now) => {
        if (await guard(now)) return;
        throw spentReason === undefined ? refusal('WRONG') : refusal('WRONG').about({ reason: spentReason });
      },
    };
  };

  return {
    /** Checks the answer that confirms what was started. `complete` is the strategy's own check. Errors as for `checkProof`. */
    checkEnrollment: <T extends object>(
      subject: AnswerSubject,
      { owner, token, answer }: Pick<Proof, 'owner' | 'token' | 'answer'>,
      complete: (kept: Uint8Array, answer: unknown, now: Date) => Promise<({ ok: true } & T) | { ok: false }>,
    ): Promise<CheckedAnswer<T>> =>
      check<T>(subject, answer, async (read, now) => {
        const started = await ceremonies.open(owner, subject.strategy.name, token);
        if (typeof started === 'string') return started;
        const verdict = await complete(started.kept, read, now);
        return verdict.ok ? { result: verdict, guard: started.spend } : 'WRONG';
      }),

    /**
     * Checks an answer against each candidate, after charging one attempt.
     * Errors: `INVALID_CODE`, `CODE_EXPIRED`, `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`.
     */
    checkProof: (subject: AnswerSubject, { candidates, owner, token, answer }: Proof): Promise<CheckedAnswer<Proven>> =>
      check<Proven>(subject, answer, async (read, now) => {
        const { strategy } = subject;
        const started = strategy.challenge === null ? null : await ceremonies.open(owner, strategy.name, token ?? '');
        if (typeof started === 'string') return started;
        for (const authenticator of candidates) {
          const credential = authenticator === null ? null : authenticators.open(authenticator);
          const verdict = await strategy.verify({ credential, started: started?.kept ?? null }, read, now);
          if (verdict.ok) return { result: { authenticator, amr: verdict.amr }, ...guardOf(verdict.advance, authenticator, started) };
        }
        return 'WRONG';
      }),
  };
}
