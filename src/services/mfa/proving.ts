import type { Origin } from '../../domain/access/actor.ts';
import type { Strategy } from '../../domain/authenticator/strategy.ts';
import type { Audit } from '../audit/recorder.ts';
import { ProofSpent } from '../authenticator/proof-spent.ts';
import type { Attempts } from '../limits/attempts.ts';
import type { OpenChallenge } from '../login/challenges.ts';
import type { CompletedLogin, LoginCompletion } from '../login/completion.ts';
import type { Refused } from './refused.ts';
import { refusalOf } from './refused.ts';

/** A proof found right, and the guarded statement that spends it. */
export interface Proof {
  spend: (now: Date) => Promise<boolean>;
  /** What the factor proved, where that is more than its strategy says. */
  amr?: readonly string[] | undefined;
  /** What it means for the audit trail when it is spent already; absent: a wrong code. */
  whenSpent?: string;
}

interface Needs {
  attempts: Attempts;
  complete: LoginCompletion;
  audit: Audit;
}

export type Proving = ReturnType<typeof createProving>;

/**
 * Charge, check, spend: the same ladder for every factor. `check` names the proof, or why there is none.
 * Errors: `ATTEMPTS_EXHAUSTED`, `CHALLENGE_EXPIRED`, `INVALID_CODE`, `CODE_EXPIRED`.
 */
export const createProving =
  ({ attempts, complete, audit }: Needs) =>
  async (
    { challenge }: Pick<OpenChallenge, 'challenge'>,
    strategy: Strategy,
    { rememberDevice, origin }: { rememberDevice: boolean; origin: Origin },
    check: () => Promise<Proof | Refused>,
  ): Promise<CompletedLogin<void>> => {
    const { userId, tenantId } = challenge;
    const attemptsRemaining = await audit.refusals('MFA_FAILED', origin, { userId, tenantId, strategy: strategy.name }, () =>
      attempts.takeCodeAttempt(userId, strategy.name, challenge),
    );
    const refuse = async (refused: Refused, reason?: string): Promise<never> => {
      const refusal = refusalOf(refused, strategy.name, attemptsRemaining);
      await audit('MFA_FAILED', origin, { userId, tenantId, strategy: strategy.name, reason: reason ?? refusal.code });
      throw refusal;
    };
    const proof = await check();
    if (typeof proof === 'string') return refuse(proof);
    try {
      const apply = async (now: Date): Promise<void> => {
        if (!(await proof.spend(now))) throw new ProofSpent();
      };
      return await complete({ challenge, strategy, amr: proof.amr, rememberDevice, origin, apply });
    } catch (error) {
      if (error instanceof ProofSpent) return refuse('WRONG', proof.whenSpent);
      throw error;
    }
  };
